/* Key exchange. */
#include "check.h"

static void one(unsigned int algorithm) {
    khoalai_key *key = NULL, *other = NULL;
    khoalai_public_key *public_key = NULL;
    unsigned char ciphertext[KHOALAI_MAX_CIPHERTEXT_LEN], sent[40], got[40];
    size_t ciphertext_len = 5, sent_len = 5, got_len = 5, len = khoalai_ciphertext_len(algorithm);

    if (!OK(khoalai_key_generate(algorithm, NULL, &key)) || !OK(khoalai_key_public(key, &public_key))) {
        return;
    }
    OK(khoalai_encapsulate(public_key, NULL, &ciphertext_len, NULL, &sent_len));
    CHECK(ciphertext_len == len && sent_len == KHOALAI_SECRET_LEN);
    OK(khoalai_decapsulate(key, ciphertext, len, NULL, &got_len));
    CHECK(got_len == KHOALAI_SECRET_LEN);

    /* Longer buffers are left alone behind what is written. */
    ciphertext_len = sizeof ciphertext;
    sent_len = got_len = sizeof sent;
    fill(sent, sizeof sent);
    fill(got, sizeof got);
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    CHECK(ciphertext_len == len && sent_len == KHOALAI_SECRET_LEN && is_filled(sent + 32, 8));
    OK(khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(got_len == KHOALAI_SECRET_LEN && memcmp(sent, got, 32) == 0 && is_filled(got + 32, 8));
    CHECK(!is_zero(got, 32));

    /* Lengths beyond all buffers are only lengths. */
    ciphertext_len = sent_len = got_len = NONSENSE;
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    OK(khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(memcmp(sent, got, 32) == 0);

    /* Too little room. */
    ciphertext_len = len - 1;
    sent_len = 32;
    fill(ciphertext, sizeof ciphertext);
    GIVES(KHOALAI_ERROR_BUFFER_TOO_SMALL, khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    CHECK(ciphertext_len == len && is_zero(ciphertext, len - 1) && is_filled(ciphertext + len - 1, 1));
    ciphertext_len = sizeof ciphertext;
    sent_len = 31;
    fill(sent, sizeof sent);
    GIVES(KHOALAI_ERROR_BUFFER_TOO_SMALL, khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    CHECK(sent_len == 32 && is_zero(sent, 31) && is_filled(sent + 31, 9) && is_zero(ciphertext, len));
    ciphertext_len = sizeof ciphertext;
    sent_len = 32;
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    got_len = 31;
    GIVES(KHOALAI_ERROR_BUFFER_TOO_SMALL, khoalai_decapsulate(key, ciphertext, len, got, &got_len));
    CHECK(got_len == 32 && is_zero(got, 31));

    /* What was not sent like this does not open, or to something else. */
    fill(got, sizeof got);
    got_len = 32;
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_decapsulate(key, ciphertext, len - 1, got, &got_len));
    CHECK(got_len == 0 && is_zero(got, 32) && is_filled(got + 32, 8));
    got_len = 32;
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_decapsulate(key, ciphertext, NONSENSE, got, &got_len));
    got_len = 32;
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_decapsulate(key, NULL, len, got, &got_len));
    got_len = 32;
    ciphertext[3] ^= 1;
    OK(khoalai_decapsulate(key, ciphertext, len, got, &got_len));
    CHECK(memcmp(sent, got, 32) != 0);
    ciphertext[3] ^= 1;
    OK(khoalai_key_generate(algorithm, NULL, &other));
    got_len = 32;
    OK(khoalai_decapsulate(other, ciphertext, len, got, &got_len));
    CHECK(memcmp(sent, got, 32) != 0);

    khoalai_key_free(&key);
    khoalai_key_free(&other);
    khoalai_public_key_free(&public_key);
}

void test_exchange(void) {
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    unsigned char ciphertext[KHOALAI_MAX_CIPHERTEXT_LEN], secret[32];
    size_t ciphertext_len = sizeof ciphertext, secret_len = sizeof secret;

    one(KHOALAI_X_WING);
    one(KHOALAI_MLKEM768_P256);
    one(KHOALAI_MLKEM1024_P384);
    one(KHOALAI_ML_KEM_768);
    /* Keys that sign exchange nothing. */
    OK(khoalai_key_generate(KHOALAI_ML_DSA_65, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    fill(ciphertext, sizeof ciphertext);
    fill(secret, sizeof secret);
    GIVES(KHOALAI_ERROR_UNSUPPORTED,
          khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, secret, &secret_len));
    CHECK(ciphertext_len == 0 && secret_len == 0 && is_zero(secret, 32) && is_zero(ciphertext, sizeof ciphertext));
    secret_len = sizeof secret;
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_decapsulate(key, ciphertext, 1088, secret, &secret_len));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
}
