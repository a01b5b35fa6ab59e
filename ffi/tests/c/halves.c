/* Halves in memory, and the hybrids that they become. Halves of a token are in tokens.c. */
#include "check.h"

static void joined(unsigned int hybrid) {
    khoalai_store *store = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_custody custody;
    unsigned char sent[KHOALAI_MAX_SIGNATURE_LEN], secret[32], got[32];
    size_t sent_len = sizeof sent, secret_len = 32, got_len = 32;

    OK(khoalai_store_new(&store));
    OK(khoalai_half_generate(store, hybrid, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_generate(store, hybrid, KHOALAI_CLASSICAL, "no matter", &classical));
    khoalai_store_free(&store);
    CHECK(store == NULL);
    OK(khoalai_hybrid_new(hybrid, NULL, &pq, &classical, &key));
    CHECK(pq == NULL && classical == NULL && key != NULL);
    custody.struct_size = sizeof custody;
    OK(khoalai_key_custody(key, &custody));
    CHECK(custody.pq == KHOALAI_PLACE_MEMORY && custody.classical == KHOALAI_PLACE_MEMORY);
    OK(khoalai_key_public(key, &public_key));
    if (khoalai_signature_len(hybrid) > 0) {
        OK(khoalai_sign(key, (const unsigned char *)"m", 1, NULL, 0, sent, &sent_len));
        OK(khoalai_verify(public_key, (const unsigned char *)"m", 1, NULL, 0, sent, sent_len));
    } else {
        OK(khoalai_encapsulate(public_key, sent, &sent_len, secret, &secret_len));
        OK(khoalai_decapsulate(key, sent, sent_len, got, &got_len));
        CHECK(memcmp(secret, got, 32) == 0);
    }
    /* Two halves have no form that may leave. */
    sent_len = sizeof sent;
    GIVES(KHOALAI_ERROR_NOT_EXPORTABLE, khoalai_key_write(key, KHOALAI_DER, NULL, 0, sent, &sent_len));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
}

static void reused(void) {
    static const unsigned char SEED[64] = {1, 2, 3};
    khoalai_store *store = NULL, *other = NULL;
    khoalai_half *half = NULL;

    OK(khoalai_store_new(&store));
    OK(khoalai_store_new(&other));
    OK(khoalai_half_import(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, SEED, 64, &half));
    khoalai_half_free(&half);
    CHECK(half == NULL);
    GIVES(KHOALAI_ERROR_KEY_REUSED,
          khoalai_half_import(store, KHOALAI_MLKEM768_X25519, KHOALAI_POST_QUANTUM, NULL, SEED, 64, &half));
    CHECK(half == NULL);
    OK(khoalai_half_import(other, KHOALAI_MLKEM768_X25519, KHOALAI_POST_QUANTUM, NULL, SEED, 64, &half));
    khoalai_half_free(&half);
    GIVES(KHOALAI_ERROR_MALFORMED,
          khoalai_half_import(other, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, SEED, 63, &half));
    GIVES(KHOALAI_ERROR_MALFORMED,
          khoalai_half_import(other, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, SEED, NONSENSE, &half));
    khoalai_store_free(&store);
    khoalai_store_free(&other);
}

static void refused(void) {
    khoalai_store *store = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;
    khoalai_policy policy;

    OK(khoalai_store_new(&store));
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_generate(store, KHOALAI_MLKEM768_P256, 3, NULL, &pq));
    GIVES(KHOALAI_ERROR_HALVES_MISMATCH, khoalai_half_generate(store, KHOALAI_X_WING, KHOALAI_CLASSICAL, NULL, &pq));
    GIVES(KHOALAI_ERROR_HALVES_MISMATCH, khoalai_half_generate(store, KHOALAI_ML_KEM_768, KHOALAI_CLASSICAL, NULL, &pq));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_half_generate(store, 0, KHOALAI_CLASSICAL, NULL, &pq));
    GIVES(KHOALAI_ERROR_MALFORMED,
          khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "\xc3\x28", &pq));
    GIVES(KHOALAI_ERROR_NOT_FOUND, khoalai_half_open(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "name", &pq));
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_half_adopt(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "pkcs11:",
                                                        KHOALAI_LOSES_FRESHNESS, &pq));
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_adopt(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "pkcs11:",
                                                        KHOALAI_FRESH, &pq));
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_store_generate_key(store, KHOALAI_MLKEM768_P256, "name", NULL, &key));
    CHECK(pq == NULL && key == NULL);

    /* What is refused is used up: halves of different hybrids, sides mixed up, one half missing. */
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, NULL, &classical));
    GIVES(KHOALAI_ERROR_HALVES_MISMATCH, khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &pq, &classical, &key));
    CHECK(pq == NULL && classical == NULL && key == NULL);
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, &classical));
    GIVES(KHOALAI_ERROR_HALVES_MISMATCH, khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &classical, &pq, &key));
    CHECK(pq == NULL && classical == NULL);
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &pq, &classical, &key));
    CHECK(pq == NULL);
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, &classical));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &pq, &classical, NULL));
    CHECK(pq == NULL && classical == NULL);

    policy.struct_size = sizeof policy;
    policy.permit = 0;
    policy.least_pq = policy.least_combined = KHOALAI_PLACE_MEMORY;
    policy.least_classical = KHOALAI_PLACE_DEVICE;
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_half_generate(store, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, &classical));
    GIVES(KHOALAI_ERROR_WEAK_CUSTODY, khoalai_hybrid_new(KHOALAI_MLKEM768_P256, &policy, &pq, &classical, &key));
    CHECK(key == NULL);
    khoalai_store_free(&store);
}

void test_halves(void) {
    joined(KHOALAI_MLKEM768_P256);
    joined(KHOALAI_MLKEM768_X25519);
    joined(KHOALAI_MLDSA65_ECDSA_P256_SHA512);
    reused();
    refused();
}
