/*
 * A secret record for the owner of a public key, and nobody else in thirty years either. The two programs
 * secret_openssl.c and secret_hybrid.c are the same but for the key exchange: `diff` them to see all that
 * it takes to make such a program safe against quantum computers.
 */
#include "example.h"
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#define SECRET_LEN 32

#define SENT_LEN 384
#define SECRET_ROOM SENT_LEN /* decryption wants as much */
#define free_key(key) EVP_PKEY_free(key)
typedef EVP_PKEY Key; /* RSA */

static Key *make_key(void)
{
    return EVP_RSA_gen(3072);
}

static void send_secret(Key *theirs, unsigned char *sent, unsigned char *secret)
{
    size_t len = SENT_LEN;
    EVP_PKEY_CTX *task = EVP_PKEY_CTX_new(theirs, NULL);
    must_be(RAND_bytes(secret, SECRET_LEN) == 1 && EVP_PKEY_encrypt_init(task) == 1, "no secret");
    must_be(EVP_PKEY_CTX_set_rsa_padding(task, RSA_PKCS1_OAEP_PADDING) == 1, "no OAEP");
    must_be(EVP_PKEY_encrypt(task, sent, &len, secret, SECRET_LEN) == 1, "nothing to send");
    EVP_PKEY_CTX_free(task);
}

static void receive_secret(Key *ours, const unsigned char *sent, unsigned char *secret)
{
    size_t len = SECRET_ROOM;
    EVP_PKEY_CTX *task = EVP_PKEY_CTX_new(ours, NULL);
    must_be(EVP_PKEY_decrypt_init(task) == 1, "no decryption");
    must_be(EVP_PKEY_CTX_set_rsa_padding(task, RSA_PKCS1_OAEP_PADDING) == 1, "no OAEP");
    must_be(EVP_PKEY_decrypt(task, secret, &len, sent, SENT_LEN) == 1, "nothing received");
    EVP_PKEY_CTX_free(task);
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
