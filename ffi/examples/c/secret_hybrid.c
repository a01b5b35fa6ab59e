/*
 * A secret record for the owner of a public key, and nobody else in thirty years either. The two programs
 * secret_openssl.c and secret_hybrid.c are the same but for the key exchange: `diff` them to see all that
 * it takes to make such a program safe against quantum computers.
 */
#include "example.h"
#include <openssl/evp.h>

#define SECRET_LEN 32

#define SENT_LEN KHOALAI_MLKEM768_P256_CIPHERTEXT_LEN
#define SECRET_ROOM SECRET_LEN
#define free_key(key) khoalai_key_free(&(key))
typedef khoalai_key Key; /* P-256 and ML-KEM-768 */

static Key *make_key(void)
{
    Key *key = NULL;
    must(khoalai_key_generate(KHOALAI_MLKEM768_P256, NULL, &key));
    return key;
}

static void send_secret(Key *theirs, unsigned char *sent, unsigned char *secret)
{
    size_t len = SENT_LEN;
    size_t secret_len = SECRET_LEN;
    khoalai_public_key *public_key = NULL;
    must(khoalai_key_public(theirs, &public_key));
    must(khoalai_encapsulate(public_key, sent, &len, secret, &secret_len));
    khoalai_public_key_free(&public_key);
}

static void receive_secret(Key *ours, const unsigned char *sent, unsigned char *secret)
{
    size_t len = SECRET_ROOM;
    must(khoalai_decapsulate(ours, sent, SENT_LEN, secret, &len));
    must_be(len == SECRET_LEN, "another length");
}

/* Encrypts or decrypts, with OpenSSL in both programs. The nonce may be constant: a key serves once. */
static int with_aes(int encrypt, const unsigned char *secret, const unsigned char *in, int len, unsigned char *out,
                    unsigned char *tag)
{
    static const unsigned char nonce[12] = {0};
    unsigned char key[32];
    int done, right;
    EVP_CIPHER_CTX *task = EVP_CIPHER_CTX_new();
    right = EVP_Digest(secret, SECRET_LEN, key, NULL, EVP_sha256(), NULL) == 1 &&
            EVP_CipherInit_ex(task, EVP_aes_256_gcm(), NULL, key, nonce, encrypt) == 1 &&
            EVP_CipherUpdate(task, out, &done, in, len) == 1 &&
            (encrypt || EVP_CIPHER_CTX_ctrl(task, EVP_CTRL_GCM_SET_TAG, 16, tag) == 1) &&
            EVP_CipherFinal_ex(task, out + done, &done) == 1 &&
            (!encrypt || EVP_CIPHER_CTX_ctrl(task, EVP_CTRL_GCM_GET_TAG, 16, tag) == 1);
    EVP_CIPHER_CTX_free(task);
    khoalai_wipe(key, sizeof key);
    return right;
}

int main(void)
{
    static const unsigned char message[] = "Hồ sơ phải giữ kín ba mươi năm";
    unsigned char sent[SENT_LEN], secret[SECRET_ROOM], sealed[sizeof message], opened[sizeof message], tag[16];
    Key *key = make_key();

    send_secret(key, sent, secret);
    must_be(with_aes(1, secret, message, sizeof message, sealed, tag), "not encrypted");
    khoalai_wipe(secret, sizeof secret);

    receive_secret(key, sent, secret);
    must_be(with_aes(0, secret, sealed, sizeof sealed, opened, tag), "not decrypted");
    must_be(memcmp(opened, message, sizeof message) == 0, "the message differs");
    tag[0] ^= 1;
    must_be(!with_aes(0, secret, sealed, sizeof sealed, opened, tag), "a changed message was decrypted");
    say("The message arrived.", "Thông điệp đã đến nơi.");
    khoalai_wipe(secret, sizeof secret);
    free_key(key);
    return 0;
}
