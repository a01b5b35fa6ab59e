<?php
// khoalai from PHP (7.4 and newer, with its extension FFI): key exchange, and a signature that is
// refused when changed. On a server FFI is best preloaded (opcache.preload) and otherwise switched off.
declare(strict_types=1);

// The lines of khoalai.h that are used here.
const HEADER = <<<'C'
typedef struct khoalai_key khoalai_key;
typedef struct khoalai_public_key khoalai_public_key;
const char *khoalai_error_name(int error);
const char *khoalai_error_text(int error, int language);
int khoalai_key_generate(unsigned int algorithm, const void *policy, khoalai_key **key);
int khoalai_key_public(const khoalai_key *key, khoalai_public_key **public_key);
void khoalai_key_free(khoalai_key **key);
int khoalai_public_key_import(unsigned int algorithm, const void *policy, const char *bytes, size_t len,
    khoalai_public_key **public_key);
int khoalai_public_key_write(const khoalai_public_key *public_key, unsigned int encoding, char *out, size_t *out_len);
void khoalai_public_key_free(khoalai_public_key **public_key);
int khoalai_encapsulate(const khoalai_public_key *public_key, char *ciphertext, size_t *ciphertext_len, char *secret,
    size_t *secret_len);
int khoalai_decapsulate(const khoalai_key *key, const char *ciphertext, size_t ciphertext_len, char *secret,
    size_t *secret_len);
int khoalai_sign(const khoalai_key *key, const char *message, size_t message_len, const char *context,
    size_t context_len, char *signature, size_t *signature_len);
int khoalai_verify(const khoalai_public_key *public_key, const char *message, size_t message_len, const char *context,
    size_t context_len, const char *signature, size_t signature_len);
C;

const X_WING = 0x0101;
const MLDSA65_ECDSA_P256_SHA512 = 0x0201;
const RAW = 1;
const VERIFICATION_FAILED = 201;

$khoalai = FFI::cdef(HEADER, 'libkhoalai.so.0');
$vietnamese = (int) str_starts_with((string) getenv('LANG'), 'vi');

final class KhoalaiException extends Exception
{
}

function must(int $code): void
{
    global $khoalai, $vietnamese;
    if ($code !== 0) {
        $name = $khoalai->khoalai_error_name($code);
        throw new KhoalaiException($khoalai->khoalai_error_text($code, $vietnamese) . " [$name]", $code);
    }
}

function mustBe(bool $condition, string $what): void
{
    if (!$condition) {
        fwrite(STDERR, "this must not happen: $what\n");
        exit(2);
    }
}

// Calls a function that takes a buffer and its length: for the length, then for everything.
function ask(callable $call): string
{
    $len = FFI::new('size_t');
    must($call(null, FFI::addr($len)));
    $buffer = FFI::new("char[$len->cdata]");
    must($call($buffer, FFI::addr($len)));
    return FFI::string($buffer, $len->cdata);
}

function generate(int $algorithm): array
{
    global $khoalai;
    $key = $khoalai->new('khoalai_key *');
    $public = $khoalai->new('khoalai_public_key *');
    must($khoalai->khoalai_key_generate($algorithm, null, FFI::addr($key)));
    must($khoalai->khoalai_key_public($key, FFI::addr($public)));
    return [$key, $public];
}

function flipped(string $bytes): string
{
    return chr(ord($bytes[0]) ^ 1) . substr($bytes, 1);
}

[$key, $public] = generate(X_WING);
$published = ask(fn ($out, $len) => $khoalai->khoalai_public_key_write($public, RAW, $out, $len));
$read = $khoalai->new('khoalai_public_key *');
must($khoalai->khoalai_public_key_import(X_WING, null, $published, strlen($published), FFI::addr($read)));
$secret = FFI::new('char[32]');
$ciphertext = FFI::new('char[1120]');
[$secretLen, $ciphertextLen] = [FFI::new('size_t'), FFI::new('size_t')];
[$secretLen->cdata, $ciphertextLen->cdata] = [32, 1120];
must($khoalai->khoalai_encapsulate($read, $ciphertext, FFI::addr($ciphertextLen), $secret, FFI::addr($secretLen)));
[$theirs, $sent] = [FFI::string($secret, 32), FFI::string($ciphertext, 1120)];
$open = fn (string $sent) => ask(fn ($out, $len) => $khoalai->khoalai_decapsulate($key, $sent, strlen($sent), $out, $len));
mustBe(hash_equals($theirs, $open($sent)), 'the two have different secrets');
mustBe(!hash_equals($theirs, $open(flipped($sent))), 'a changed ciphertext gave the same secret');
$khoalai->khoalai_public_key_free(FFI::addr($read));
$khoalai->khoalai_public_key_free(FFI::addr($public));
$khoalai->khoalai_key_free(FFI::addr($key));
echo ['A secret is shared.', 'Hai bên có chung một bí mật.'][$vietnamese], "\n";

$message = 'Công văn số 01/2026';
[$key, $public] = generate(MLDSA65_ECDSA_P256_SHA512);
$signature = ask(fn ($out, $len) => $khoalai->khoalai_sign($key, $message, strlen($message), null, 0, $out, $len));
$verify = fn (string $message) => must($khoalai->khoalai_verify($public, $message, strlen($message), null, 0,
    $signature, strlen($signature)));
$verify($message);
try {
    $verify(flipped($message));
    mustBe(false, 'a changed message was accepted');
} catch (KhoalaiException $error) {
    mustBe($error->getCode() === VERIFICATION_FAILED, $error->getMessage());
    echo $error->getMessage(), "\n";
}
$khoalai->khoalai_public_key_free(FFI::addr($public));
$khoalai->khoalai_key_free(FFI::addr($key));
