/* Signatures, in one go and as the message streams by. */
#include "check.h"

#define MESSAGE (const unsigned char *)"Quyet dinh so 1"
#define MESSAGE_LEN 15
#define CONTEXT (const unsigned char *)"ctx\0with a zero"
#define CONTEXT_LEN 15

static void one(unsigned int algorithm, int streams) {
    khoalai_key *key = NULL, *other = NULL;
    khoalai_public_key *public_key = NULL, *other_public = NULL;
    khoalai_stream *stream = NULL;
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN], again[KHOALAI_MAX_SIGNATURE_LEN], long_context[256];
    size_t len = 3, again_len, most = khoalai_signature_len(algorithm);

    if (!OK(khoalai_key_generate(algorithm, NULL, &key)) || !OK(khoalai_key_public(key, &public_key)) ||
        !OK(khoalai_key_generate(algorithm, NULL, &other)) || !OK(khoalai_key_public(other, &other_public))) {
        return;
    }
    OK(khoalai_sign(key, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, NULL, &len));
    CHECK(len == most);
    len = most - 1;
    fill(signature, sizeof signature);
    GIVES(KHOALAI_ERROR_BUFFER_TOO_SMALL, khoalai_sign(key, MESSAGE, MESSAGE_LEN, NULL, 0, signature, &len));
    CHECK(len == most && is_zero(signature, most - 1) && is_filled(signature + most - 1, 1));
    len = sizeof signature;
    fill(signature, sizeof signature);
    OK(khoalai_sign(key, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, signature, &len));
    CHECK(len <= most && is_zero(signature + len, most - len) && is_filled(signature + most, sizeof signature - most));
    OK(khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, signature, len));
    GIVES(KHOALAI_ERROR_VERIFICATION_FAILED,
          khoalai_verify(public_key, MESSAGE, MESSAGE_LEN - 1, CONTEXT, CONTEXT_LEN, signature, len));
    GIVES(KHOALAI_ERROR_VERIFICATION_FAILED,
          khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, CONTEXT, 3, signature, len));
    GIVES(KHOALAI_ERROR_VERIFICATION_FAILED,
          khoalai_verify(other_public, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, signature, len));
    GIVES(KHOALAI_ERROR_MALFORMED,
          khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, signature, NONSENSE));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_verify(public_key, MESSAGE, NONSENSE, NULL, 0, signature, len));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_verify(public_key, NULL, 1, NULL, 0, signature, len));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, NULL, 0, NULL, len));
    memset(long_context, 'x', sizeof long_context);
    GIVES(KHOALAI_ERROR_BAD_CONTEXT, khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, long_context, 256, signature, len));
    again_len = sizeof again;
    fill(again, sizeof again);
    GIVES(KHOALAI_ERROR_BAD_CONTEXT, khoalai_sign(key, MESSAGE, MESSAGE_LEN, long_context, 256, again, &again_len));
    CHECK(again_len == 0 && is_zero(again, most) && is_filled(again + most, sizeof again - most));
    again_len = sizeof again;
    OK(khoalai_sign(key, NULL, 0, long_context, 255, again, &again_len));
    OK(khoalai_verify(public_key, NULL, 0, long_context, 255, again, again_len));
    again_len = sizeof again;
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_sign(key, MESSAGE, NONSENSE, NULL, 0, again, &again_len));

    /* The same input gives the same signature, if that is asked for. */
    again_len = len = sizeof again;
    OK(khoalai_sign_input(key, KHOALAI_INPUT_MESSAGE, MESSAGE, MESSAGE_LEN, NULL, 0, KHOALAI_HEDGE_DETERMINISTIC,
                          signature, &len));
    OK(khoalai_sign_input(key, KHOALAI_INPUT_MESSAGE, MESSAGE, MESSAGE_LEN, NULL, 0, KHOALAI_HEDGE_DETERMINISTIC, again,
                          &again_len));
    CHECK(len == again_len && memcmp(signature, again, len) == 0);
    OK(khoalai_verify_input(public_key, KHOALAI_INPUT_MESSAGE, MESSAGE, MESSAGE_LEN, NULL, 0, signature, len));
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_verify_input(public_key, 3, MESSAGE, MESSAGE_LEN, NULL, 0, signature, len));
    len = sizeof signature;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_sign_input(key, 0x10, MESSAGE, MESSAGE_LEN, NULL, 0,
                                                        KHOALAI_HEDGE_REQUIRED, signature, &len));
    CHECK(len == 0 && is_zero(signature, most));
    len = sizeof signature;
    GIVES(KHOALAI_ERROR_WRONG_VALUE,
          khoalai_sign_input(key, KHOALAI_INPUT_MESSAGE, MESSAGE, MESSAGE_LEN, NULL, 0, 3, signature, &len));

    if (streams) {
        OK(khoalai_stream_new(public_key, CONTEXT, CONTEXT_LEN, &stream));
        OK(khoalai_stream_update(stream, MESSAGE, 5));
        OK(khoalai_stream_update(stream, NULL, 0));
        OK(khoalai_stream_update(stream, MESSAGE + 5, MESSAGE_LEN - 5));
        GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_stream_update(stream, NULL, 1));
        GIVES(KHOALAI_ERROR_MALFORMED, khoalai_stream_update(stream, MESSAGE, NONSENSE));
        OK(khoalai_stream_sign(stream, key, NULL, &len));
        CHECK(len == most);
        OK(khoalai_stream_sign(stream, key, signature, &len));
        OK(khoalai_stream_verify(stream, public_key, signature, len));
        OK(khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, CONTEXT, CONTEXT_LEN, signature, len));
        GIVES(KHOALAI_ERROR_WRONG_KEY, khoalai_stream_verify(stream, other_public, signature, len));
        again_len = sizeof again;
        fill(again, sizeof again);
        GIVES(KHOALAI_ERROR_WRONG_KEY, khoalai_stream_sign(stream, other, again, &again_len));
        CHECK(again_len == 0 && is_zero(again, most));
        OK(khoalai_stream_update(stream, MESSAGE, 1));
        GIVES(KHOALAI_ERROR_VERIFICATION_FAILED, khoalai_stream_verify(stream, public_key, signature, len));
        khoalai_stream_free(&stream);
        CHECK(stream == NULL);
        GIVES(KHOALAI_ERROR_BAD_CONTEXT, khoalai_stream_new(public_key, long_context, 256, &stream));
    }
    khoalai_key_free(&key);
    khoalai_key_free(&other);
    khoalai_public_key_free(&public_key);
    khoalai_public_key_free(&other_public);
}

/* Digests and representatives that were made outside. */
static void inputs(void) {
    static const struct {
        unsigned int kind;
        size_t len;
    } DIGESTS[] = {
        {KHOALAI_INPUT_SHA224, 28},     {KHOALAI_INPUT_SHA256, 32},     {KHOALAI_INPUT_SHA384, 48},
        {KHOALAI_INPUT_SHA512, 64},     {KHOALAI_INPUT_SHA512_224, 28}, {KHOALAI_INPUT_SHA512_256, 32},
        {KHOALAI_INPUT_SHA3_224, 28},   {KHOALAI_INPUT_SHA3_256, 32},   {KHOALAI_INPUT_SHA3_384, 48},
        {KHOALAI_INPUT_SHA3_512, 64},   {KHOALAI_INPUT_SHAKE128, 32},   {KHOALAI_INPUT_SHAKE256, 64},
    };
    khoalai_key *key = NULL, *composite = NULL;
    khoalai_public_key *public_key = NULL, *composite_public = NULL;
    unsigned char digest[64], signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t i, len;

    memset(digest, 7, sizeof digest);
    OK(khoalai_key_generate(KHOALAI_ML_DSA_65, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_key_generate(KHOALAI_MLDSA65_ED25519_SHA512, NULL, &composite));
    OK(khoalai_key_public(composite, &composite_public));
    for (i = 0; i < COUNT(DIGESTS); i++) {
        len = sizeof signature;
        OK(khoalai_sign_input(key, DIGESTS[i].kind, digest, DIGESTS[i].len, NULL, 0, KHOALAI_HEDGE_REQUIRED, signature,
                              &len));
        OK(khoalai_verify_input(public_key, DIGESTS[i].kind, digest, DIGESTS[i].len, NULL, 0, signature, len));
        GIVES(KHOALAI_ERROR_VERIFICATION_FAILED,
              khoalai_verify_input(public_key, DIGESTS[(i + 2) % COUNT(DIGESTS)].kind, digest,
                                   DIGESTS[(i + 2) % COUNT(DIGESTS)].len, NULL, 0, signature, len));
        len = sizeof signature;
        GIVES(KHOALAI_ERROR_MALFORMED, khoalai_sign_input(key, DIGESTS[i].kind, digest, DIGESTS[i].len - 1, NULL, 0,
                                                          KHOALAI_HEDGE_REQUIRED, signature, &len));
    }
    len = sizeof signature;
    OK(khoalai_sign_input(key, KHOALAI_INPUT_MU, digest, 64, NULL, 0, KHOALAI_HEDGE_PREFERRED, signature, &len));
    OK(khoalai_verify_input(public_key, KHOALAI_INPUT_MU, digest, 64, NULL, 0, signature, len));
    GIVES(KHOALAI_ERROR_MALFORMED,
          khoalai_verify_input(public_key, KHOALAI_INPUT_MU, digest, 63, NULL, 0, signature, len));
    len = sizeof signature;
    OK(khoalai_sign_input(composite, KHOALAI_INPUT_PREHASH, digest, 64, NULL, 0, KHOALAI_HEDGE_PREFERRED, signature,
                          &len));
    OK(khoalai_verify_input(composite_public, KHOALAI_INPUT_PREHASH, digest, 64, NULL, 0, signature, len));
    GIVES(KHOALAI_ERROR_UNSUPPORTED,
          khoalai_verify_input(composite_public, KHOALAI_INPUT_MU, digest, 64, NULL, 0, signature, len));
    khoalai_key_free(&key);
    khoalai_key_free(&composite);
    khoalai_public_key_free(&public_key);
    khoalai_public_key_free(&composite_public);
}

void test_signatures(void) {
    khoalai_key *key = NULL, *signing = NULL;
    khoalai_public_key *public_key = NULL, *signing_public = NULL;
    khoalai_stream *stream = NULL;
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t len = sizeof signature;

    one(KHOALAI_MLDSA65_ECDSA_P256_SHA512, 1);
    one(KHOALAI_MLDSA65_ED25519_SHA512, 1);
    one(KHOALAI_MLDSA87_ECDSA_P384_SHA512, 1);
    one(KHOALAI_ML_DSA_65, 1);
    inputs();
    /* Keys that exchange sign nothing. */
    OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_key_generate(KHOALAI_ML_DSA_65, NULL, &signing));
    OK(khoalai_key_public(signing, &signing_public));
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_sign(key, MESSAGE, MESSAGE_LEN, NULL, 0, signature, &len));
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_verify(public_key, MESSAGE, MESSAGE_LEN, NULL, 0, signature, 64));
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_stream_new(public_key, NULL, 0, &stream));
    OK(khoalai_stream_new(signing_public, NULL, 0, &stream));
    len = sizeof signature;
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_stream_sign(stream, key, signature, &len));
    GIVES(KHOALAI_ERROR_WRONG_ALGORITHM, khoalai_stream_verify(stream, public_key, signature, 3309));
    khoalai_stream_free(&stream);
    khoalai_stream_free(&stream);
    khoalai_stream_free(NULL);
    khoalai_key_free(&key);
    khoalai_key_free(&signing);
    khoalai_public_key_free(&public_key);
    khoalai_public_key_free(&signing_public);
}
