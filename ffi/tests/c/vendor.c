/* Keys of a vendor: the cases that the library's own tests have for a third party's chip. */
#include "check.h"
#include "chip.h"

/* A half of MLKEM768-X25519 in memory and one in the chip. */
static khoalai_key *split(chip *device, const khoalai_vendor_key *functions) {
    khoalai_store *store = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;

    OK(khoalai_store_new(&store));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_X25519, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, functions, device, KHOALAI_FRESH,
                                &classical));
    OK(khoalai_hybrid_new(KHOALAI_MLKEM768_X25519, NULL, &pq, &classical, &key));
    khoalai_store_free(&store);
    return key;
}

static void start(chip *device, unsigned char first) {
    memset(device, 0, sizeof *device);
    memset(device->scalar, 0x42, sizeof device->scalar);
    device->scalar[1] = first;
}

static void as_half(void) {
    chip device;
    khoalai_key *key;
    khoalai_public_key *public_key = NULL, *x_wing = NULL;
    khoalai_custody custody;
    unsigned char raw[KHOALAI_X_WING_PUBLIC_KEY_LEN], ciphertext[KHOALAI_X_WING_CIPHERTEXT_LEN], sent[32], got[32];
    size_t raw_len = sizeof raw, ciphertext_len = sizeof ciphertext, sent_len = 32, got_len = 32;

    start(&device, 1);
    key = split(&device, &CHIP);
    custody.struct_size = sizeof custody;
    OK(khoalai_key_custody(key, &custody));
    CHECK(custody.pq == KHOALAI_PLACE_MEMORY && custody.classical == KHOALAI_PLACE_DEVICE &&
          custody.combined == KHOALAI_PLACE_MEMORY);
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    CHECK(device.calls == 0);
    OK(khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(device.calls == 1 && memcmp(sent, got, 32) == 0);

    /* Who sends to X-Wing reaches it too. */
    OK(khoalai_public_key_write(public_key, KHOALAI_RAW, raw, &raw_len));
    OK(khoalai_public_key_import(KHOALAI_X_WING, NULL, raw, raw_len, &x_wing));
    OK(khoalai_encapsulate(x_wing, ciphertext, &ciphertext_len, sent, &sent_len));
    OK(khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(memcmp(sent, got, 32) == 0);

    /* Nonsense never comes to it. */
    device.calls = 0;
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_decapsulate(key, ciphertext, ciphertext_len - 1, got, &got_len));
    memset(ciphertext + ciphertext_len - 32, 0, 32);
    got_len = 32;
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(device.calls == 0);

    /* A condition keeps its name; everything else has one. */
    ciphertext_len = sizeof ciphertext;
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    device.fault = KHOALAI_ERROR_ABSENT;
    got_len = 32;
    GIVES(KHOALAI_ERROR_ABSENT, khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(got_len == 0 && is_zero(got, 32));
    device.fault = 12345;
    got_len = 32;
    GIVES(KHOALAI_ERROR_DECAPSULATION_FAILED, khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    device.fault = KHOALAI_ERROR_BAD_PUBLIC_KEY;
    got_len = 32;
    GIVES(KHOALAI_ERROR_DECAPSULATION_FAILED, khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    CHECK(device.releases == 0);
    khoalai_key_free(&key);
    CHECK(device.releases == 1);
    khoalai_public_key_free(&public_key);
    khoalai_public_key_free(&x_wing);
}

/* A chip that claims to have written more than there was room for, or nothing but zeros. */
static size_t lie;

static int lying(void *context, const unsigned char *share, size_t share_len, unsigned char *secret,
                 size_t *secret_len) {
    (void)context;
    (void)share;
    memset(secret, 0, 32);
    *secret_len = share_len == 32 ? lie : 0;
    return KHOALAI_OK;
}

static int no_public_key(void *context, unsigned char *out, size_t *out_len) {
    (void)context;
    (void)out;
    (void)out_len;
    return KHOALAI_ERROR_TIMEOUT;
}

static void bad_chips(void) {
    static const size_t LIES[] = {32, 0, 31, 33, NONSENSE};
    chip device;
    khoalai_vendor_key functions = CHIP;
    khoalai_store *store = NULL;
    khoalai_half *half = NULL;
    khoalai_key *key;
    khoalai_public_key *public_key = NULL;
    unsigned char ciphertext[KHOALAI_X_WING_CIPHERTEXT_LEN], secret[32];
    size_t i, ciphertext_len = sizeof ciphertext, secret_len = 32;

    functions.decapsulate = lying;
    start(&device, 2);
    key = split(&device, &functions);
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, secret, &secret_len));
    for (i = 0; i < COUNT(LIES); i++) {
        lie = LIES[i];
        secret_len = 32;
        GIVES(KHOALAI_ERROR_DECAPSULATION_FAILED,
              khoalai_decapsulate(key, ciphertext, ciphertext_len, secret, &secret_len));
        CHECK(is_zero(secret, 32));
    }
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    CHECK(device.releases == 1);

    /* A context is let go also if nothing comes of it. */
    OK(khoalai_store_new(&store));
    start(&device, 3);
    GIVES(KHOALAI_ERROR_HALVES_MISMATCH, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL,
                                                                  &CHIP, &device, KHOALAI_FRESH, &half));
    CHECK(device.releases == 1);
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, &CHIP,
                                                              &device, 2, &half));
    CHECK(device.releases == 2);
    GIVES(KHOALAI_ERROR_WRONG_VALUE,
          khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, 0, &CHIP, &device, KHOALAI_FRESH, &half));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, &CHIP,
                                                                &device, KHOALAI_FRESH, NULL));
    CHECK(device.releases == 4);
    functions = CHIP;
    functions.public_key = no_public_key;
    GIVES(KHOALAI_ERROR_TIMEOUT, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, &functions,
                                                          &device, KHOALAI_FRESH, &half));
    functions.public_key = NULL;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL,
                                                              &functions, &device, KHOALAI_FRESH, &half));
    functions = CHIP;
    functions.place = 1;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL,
                                                              &functions, &device, KHOALAI_FRESH, &half));
    CHECK(device.releases == 7);
    /* Not if it cannot be known whose functions these are. */
    functions = CHIP;
    functions.struct_size = 8;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL,
                                                              &functions, &device, KHOALAI_FRESH, &half));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, NULL,
                                                                &device, KHOALAI_FRESH, &half));
    CHECK(device.releases == 7);

    /* A key serves one hybrid. */
    OK(khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, &CHIP, &device,
                                KHOALAI_LOSES_FRESHNESS, &half));
    khoalai_half_free(&half);
    CHECK(device.releases == 8);
    GIVES(KHOALAI_ERROR_KEY_REUSED, khoalai_half_from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, &CHIP,
                                                             &device, KHOALAI_LOSES_FRESHNESS, &half));
    CHECK(device.releases == 9);
    khoalai_store_free(&store);
}

/* A device with a whole key inside: this library's, so that it can be compared. */
static int forwarded;

static int whole_public_key(void *context, unsigned char *out, size_t *out_len) {
    khoalai_public_key *public_key = NULL;
    int code = khoalai_key_public((khoalai_key *)context, &public_key);
    if (code == KHOALAI_OK) {
        code = khoalai_public_key_write(public_key, KHOALAI_RAW, out, out_len);
    }
    khoalai_public_key_free(&public_key);
    return code;
}

static int whole_decapsulate(void *context, const unsigned char *ciphertext, size_t ciphertext_len,
                             unsigned char *secret, size_t *secret_len) {
    return khoalai_decapsulate((khoalai_key *)context, ciphertext, ciphertext_len, secret, secret_len);
}

static int whole_sign(void *context, const unsigned char *message, size_t message_len, const unsigned char *signing,
                      size_t signing_len, int hedge, unsigned char *signature, size_t *signature_len) {
    return khoalai_sign_input((khoalai_key *)context, KHOALAI_INPUT_MESSAGE, message, message_len, signing, signing_len,
                              hedge, signature, signature_len);
}

static void whole_release(void *context) {
    khoalai_key *key = (khoalai_key *)context;
    khoalai_key_free(&key);
    forwarded++;
}

static void as_whole_key(unsigned int algorithm) {
    khoalai_vendor_key functions;
    khoalai_key *inside = NULL, *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_custody custody;
    unsigned char out[KHOALAI_MAX_SIGNATURE_LEN], sent[32], got[32];
    size_t len = sizeof out, sent_len = 32, got_len = 32;
    int released = forwarded;

    memset(&functions, 0, sizeof functions);
    functions.struct_size = sizeof functions;
    functions.algorithm = algorithm;
    functions.place = KHOALAI_PLACE_DEVICE;
    functions.public_key = whole_public_key;
    functions.decapsulate = whole_decapsulate;
    functions.sign = whole_sign;
    functions.release = whole_release;
    OK(khoalai_key_generate(algorithm, NULL, &inside));
    OK(khoalai_key_from_vendor(NULL, &functions, inside, &key));
    custody.struct_size = sizeof custody;
    OK(khoalai_key_custody(key, &custody));
    CHECK(custody.pq == KHOALAI_PLACE_DEVICE && custody.combined == KHOALAI_PLACE_DEVICE);
    OK(khoalai_key_public(key, &public_key));
    if (khoalai_signature_len(algorithm) > 0) {
        OK(khoalai_sign(key, (const unsigned char *)"m", 1, (const unsigned char *)"c", 1, out, &len));
        OK(khoalai_verify(public_key, (const unsigned char *)"m", 1, (const unsigned char *)"c", 1, out, len));
        len = sizeof out;
        GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_sign_input(key, KHOALAI_INPUT_PREHASH, sent, 32, NULL, 0, 0, out, &len));
    } else {
        OK(khoalai_encapsulate(public_key, out, &len, sent, &sent_len));
        OK(khoalai_decapsulate(key, out, len, got, &got_len));
        CHECK(memcmp(sent, got, 32) == 0);
    }
    len = sizeof out;
    GIVES(KHOALAI_ERROR_NOT_EXPORTABLE, khoalai_key_write(key, KHOALAI_DER, NULL, 0, out, &len));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    CHECK(forwarded == released + 1);
}

/* The post-quantum half of a composite in a device that signs. */
static void as_signing_half(void) {
    khoalai_vendor_key functions;
    khoalai_store *store = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *inside = NULL, *key = NULL;
    khoalai_public_key *public_key = NULL;
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t len = sizeof signature;

    memset(&functions, 0, sizeof functions);
    functions.struct_size = sizeof functions;
    functions.algorithm = KHOALAI_ML_DSA_65;
    functions.place = KHOALAI_PLACE_DEVICE;
    functions.public_key = whole_public_key;
    functions.sign = whole_sign;
    functions.release = whole_release;
    OK(khoalai_key_generate(KHOALAI_ML_DSA_65, NULL, &inside));
    OK(khoalai_store_new(&store));
    OK(khoalai_half_from_vendor(store, KHOALAI_MLDSA65_ECDSA_P256_SHA512, KHOALAI_POST_QUANTUM, &functions, inside,
                                KHOALAI_FRESH, &pq));
    OK(khoalai_half_generate(store, KHOALAI_MLDSA65_ECDSA_P256_SHA512, KHOALAI_CLASSICAL, NULL, &classical));
    OK(khoalai_hybrid_new(KHOALAI_MLDSA65_ECDSA_P256_SHA512, NULL, &pq, &classical, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_sign(key, (const unsigned char *)"m", 1, NULL, 0, signature, &len));
    OK(khoalai_verify(public_key, (const unsigned char *)"m", 1, NULL, 0, signature, len));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    khoalai_store_free(&store);
}

void test_vendor(void) {
    chip device;
    khoalai_key *key = NULL;

    as_half();
    bad_chips();
    as_whole_key(KHOALAI_X_WING);
    as_whole_key(KHOALAI_ML_KEM_768);
    as_whole_key(KHOALAI_MLDSA65_ED25519_SHA512);
    as_signing_half();
    /* A share is no key of its own, in a chip neither. */
    start(&device, 4);
    GIVES(KHOALAI_ERROR_CLASSICAL_ONLY, khoalai_key_from_vendor(NULL, &CHIP, &device, &key));
    CHECK(device.releases == 1 && key == NULL);
}
