/* What callers do wrong: NULL everywhere, handles of other types, structures without a size. Codes, and
   never a crash. */
#include "check.h"

#define IS_NULL(call) GIVES(KHOALAI_ERROR_NULL_ARGUMENT, call)
#define IS_WRONG(call) GIVES(KHOALAI_ERROR_WRONG_HANDLE, call)

static const unsigned char BYTES[64] = {1};

static void nothing(void) {
    unsigned int number = 0;
    unsigned char out[64];
    size_t len = sizeof out, other = sizeof out;
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_stream *stream = NULL;
    khoalai_store *store = NULL;
    khoalai_half *half = NULL, *second = NULL;
    khoalai_custody custody;
    khoalai_token_options options;

    memset(&options, 0, sizeof options);
    custody.struct_size = sizeof custody;
    IS_NULL(khoalai_key_generate(KHOALAI_X_WING, NULL, NULL));
    IS_NULL(khoalai_key_import(KHOALAI_X_WING, NULL, BYTES, 32, NULL));
    IS_NULL(khoalai_key_read(NULL, BYTES, 32, NULL, 0, NULL));
    IS_NULL(khoalai_key_read(NULL, NULL, 32, NULL, 0, &key));
    IS_NULL(khoalai_key_open(NULL, "pkcs11:object=x", &options, NULL));
    IS_NULL(khoalai_key_open_reference(NULL, BYTES, 32, NULL, 0, &options, NULL));
    IS_NULL(khoalai_key_from_vendor(NULL, NULL, NULL, &key));
    fill(out, sizeof out);
    IS_NULL(khoalai_key_write(NULL, KHOALAI_DER, NULL, 0, out, &len));
    CHECK(len == 0 && is_zero(out, sizeof out));
    IS_NULL(khoalai_key_write(NULL, KHOALAI_DER, NULL, 0, out, NULL));
    IS_NULL(khoalai_key_algorithm(NULL, &number));
    IS_NULL(khoalai_key_custody(NULL, &custody));
    IS_NULL(khoalai_key_public(NULL, &public_key));
    IS_NULL(khoalai_key_check(NULL, NULL));
    IS_NULL(khoalai_public_key_import(KHOALAI_X_WING, NULL, BYTES, 32, NULL));
    IS_NULL(khoalai_public_key_read(NULL, BYTES, 32, NULL));
    IS_NULL(khoalai_public_key_write(NULL, KHOALAI_DER, out, &len));
    IS_NULL(khoalai_public_key_algorithm(NULL, &number));
    len = sizeof out;
    fill(out, sizeof out);
    IS_NULL(khoalai_encapsulate(NULL, out, &len, out, &other));
    CHECK(len == 0 && other == 0 && is_zero(out, sizeof out));
    IS_NULL(khoalai_encapsulate(NULL, out, NULL, out, &other));
    IS_NULL(khoalai_encapsulate(NULL, out, &len, out, NULL));
    IS_NULL(khoalai_decapsulate(NULL, BYTES, 64, out, &len));
    IS_NULL(khoalai_decapsulate(NULL, BYTES, 64, out, NULL));
    IS_NULL(khoalai_sign(NULL, BYTES, 64, NULL, 0, out, &len));
    IS_NULL(khoalai_sign(NULL, BYTES, 64, NULL, 0, out, NULL));
    IS_NULL(khoalai_verify(NULL, BYTES, 64, NULL, 0, BYTES, 64));
    IS_NULL(khoalai_stream_new(NULL, NULL, 0, &stream));
    IS_NULL(khoalai_stream_update(NULL, BYTES, 64));
    IS_NULL(khoalai_stream_sign(NULL, NULL, out, &len));
    IS_NULL(khoalai_stream_sign(NULL, NULL, out, NULL));
    IS_NULL(khoalai_stream_verify(NULL, NULL, BYTES, 64));
    IS_NULL(khoalai_store_new(NULL));
    IS_NULL(khoalai_store_open("pkcs11:", &options, NULL));
    IS_NULL(khoalai_store_generate_key(NULL, KHOALAI_MLKEM768_P256, "x", NULL, &key));
    IS_NULL(khoalai_half_generate(NULL, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, &half));
    IS_NULL(khoalai_half_import(NULL, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, BYTES, 32, &half));
    IS_NULL(khoalai_half_open(NULL, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "x", &half));
    IS_NULL(khoalai_half_from_vendor(NULL, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, NULL, 0, &half));
    IS_NULL(khoalai_half_adopt(NULL, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "x", 1, &half));
    IS_NULL(khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, NULL, NULL, &key));
    IS_NULL(khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &half, &second, &key));
    IS_NULL(khoalai_store_new(&store) == KHOALAI_OK ? khoalai_half_open(store, KHOALAI_MLKEM768_P256, 2, NULL, &half)
                                                    : KHOALAI_OK);
    IS_NULL(khoalai_store_generate_key(store, KHOALAI_MLKEM768_P256, NULL, NULL, &key));
    IS_NULL(khoalai_half_adopt(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, 1, &half));
    CHECK(key == NULL && public_key == NULL && stream == NULL && half == NULL);
    khoalai_store_free(&store);
    khoalai_half_free(NULL);
    khoalai_store_free(NULL);
    khoalai_public_key_free(NULL);
}

/* Every handle where another one is wanted. */
static void mixed_up(void *handle, int is_key, int is_public, int is_stream, int is_store) {
    unsigned int number = 0;
    unsigned char out[64];
    size_t len = sizeof out, other = sizeof out;
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_stream *stream = NULL;
    khoalai_half *half = NULL;
    khoalai_custody custody;

    custody.struct_size = sizeof custody;
    if (!is_key) {
        IS_WRONG(khoalai_key_write((khoalai_key *)handle, KHOALAI_DER, NULL, 0, out, &len));
        IS_WRONG(khoalai_key_algorithm((khoalai_key *)handle, &number));
        IS_WRONG(khoalai_key_custody((khoalai_key *)handle, &custody));
        IS_WRONG(khoalai_key_public((khoalai_key *)handle, &public_key));
        IS_WRONG(khoalai_key_check((khoalai_key *)handle, NULL));
        IS_WRONG(khoalai_decapsulate((khoalai_key *)handle, BYTES, 64, out, &len));
        IS_WRONG(khoalai_sign((khoalai_key *)handle, BYTES, 64, NULL, 0, out, &len));
        key = (khoalai_key *)handle;
        khoalai_key_free(&key);
        CHECK(key == NULL);
    }
    if (!is_public) {
        IS_WRONG(khoalai_public_key_write((khoalai_public_key *)handle, KHOALAI_DER, out, &len));
        IS_WRONG(khoalai_public_key_algorithm((khoalai_public_key *)handle, &number));
        IS_WRONG(khoalai_encapsulate((khoalai_public_key *)handle, out, &len, out, &other));
        IS_WRONG(khoalai_verify((khoalai_public_key *)handle, BYTES, 64, NULL, 0, BYTES, 64));
        IS_WRONG(khoalai_stream_new((khoalai_public_key *)handle, NULL, 0, &stream));
    }
    if (!is_stream) {
        IS_WRONG(khoalai_stream_update((khoalai_stream *)handle, BYTES, 64));
        IS_WRONG(khoalai_stream_sign((khoalai_stream *)handle, NULL, out, &len));
        IS_WRONG(khoalai_stream_verify((khoalai_stream *)handle, NULL, BYTES, 64));
    }
    if (!is_store) {
        IS_WRONG(khoalai_half_generate((khoalai_store *)handle, KHOALAI_MLKEM768_P256, 1, NULL, &half));
        IS_WRONG(khoalai_half_import((khoalai_store *)handle, KHOALAI_MLKEM768_P256, 1, NULL, BYTES, 64, &half));
        IS_WRONG(khoalai_half_open((khoalai_store *)handle, KHOALAI_MLKEM768_P256, 1, "x", &half));
        IS_WRONG(khoalai_store_generate_key((khoalai_store *)handle, KHOALAI_MLKEM768_P256, "x", NULL, &key));
        IS_WRONG(khoalai_half_adopt((khoalai_store *)handle, KHOALAI_MLKEM768_P256, 1, "x", 1, &half));
    }
}

/* Devices that are not there, and options that say nothing. */
static void no_devices(void) {
    khoalai_token_options options;
    khoalai_store *store = NULL;
    khoalai_key *key = NULL;
    const char *modules[2] = {"/nonexistent/module.so", NULL};

    memset(&options, 0, sizeof options);
    if (khoalai_store_open("pkcs11:", NULL, &store) == KHOALAI_ERROR_UNSUPPORTED) {
        return; /* a build without tokens */
    }
    IS_NULL(khoalai_store_open(NULL, &options, &store));
    IS_NULL(khoalai_store_open("pkcs11:", NULL, &store));
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_store_open("pkcs11:", &options, &store));
    options.struct_size = sizeof options;
    GIVES(KHOALAI_ERROR_MODULE_NOT_ALLOWED, khoalai_store_open("pkcs11:", &options, &store));
    GIVES(KHOALAI_ERROR_URI_MALFORMED, khoalai_store_open("https://x", &options, &store));
    GIVES(KHOALAI_ERROR_URI_PIN_VALUE, khoalai_key_open(NULL, "pkcs11:object=x?pin-value=1234", &options, &key));
    GIVES(KHOALAI_ERROR_NOT_FOUND, khoalai_key_open(NULL, "pkcs11:token=x", &options, &key));
    GIVES(KHOALAI_ERROR_REFERENCE_MALFORMED,
          khoalai_key_open_reference(NULL, BYTES, 4, NULL, 0, &options, &key));
    options.module_count = 1;
    IS_NULL(khoalai_store_open("pkcs11:", &options, &store));
    options.modules = modules;
    GIVES(KHOALAI_ERROR_MODULE_UNREADABLE, khoalai_store_open("pkcs11:", &options, &store));
    options.modules = modules + 1;
    IS_NULL(khoalai_store_open("pkcs11:", &options, &store));
    options.module_count = NONSENSE;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_store_open("pkcs11:", &options, &store));
    options.module_count = 0;
    options.profile = "no profile";
    GIVES(KHOALAI_ERROR_PROFILE_MALFORMED, khoalai_store_open("pkcs11:", &options, &store));
    CHECK(store == NULL && key == NULL);
}

void test_wrong(void) {
    khoalai_key *key = NULL, *signing = NULL;
    khoalai_public_key *public_key = NULL, *signing_public = NULL;
    khoalai_stream *stream = NULL;
    khoalai_store *store = NULL;
    khoalai_half *half = NULL, *pq, *classical = NULL;
    khoalai_key *joined = NULL;
    unsigned char garbage[64];

    nothing();
    no_devices();
    OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_key_generate(KHOALAI_ML_DSA_65, NULL, &signing));
    OK(khoalai_key_public(signing, &signing_public));
    OK(khoalai_stream_new(signing_public, NULL, 0, &stream));
    OK(khoalai_store_new(&store));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &half));
    mixed_up(key, 1, 0, 0, 0);
    mixed_up(public_key, 0, 1, 0, 0);
    mixed_up(stream, 0, 0, 1, 0);
    mixed_up(store, 0, 0, 0, 1);
    mixed_up(half, 0, 0, 0, 0);
    memset(garbage, 0, sizeof garbage);
    mixed_up(garbage, 0, 0, 0, 0);
    fill(garbage, sizeof garbage);
    mixed_up(garbage + 1, 0, 0, 0, 0);
    /* A key in place of a half; the half is used up all the same. */
    pq = half;
    classical = (khoalai_half *)(void *)key;
    IS_WRONG(khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &pq, &classical, &joined));
    CHECK(pq == NULL && classical == NULL && joined == NULL);
    khoalai_key_free(&key);
    khoalai_key_free(&signing);
    khoalai_public_key_free(&public_key);
    khoalai_public_key_free(&signing_public);
    khoalai_stream_free(&stream);
    khoalai_store_free(&store);
}
