/* Private and public keys: made, read, written, judged. */
#include "check.h"

static const unsigned char PASSPHRASE[] = "TEST ONLY passphrase";

static khoalai_policy policy_of(unsigned int permit, unsigned int least) {
    khoalai_policy policy;
    policy.struct_size = sizeof policy;
    policy.permit = permit;
    policy.least_pq = policy.least_classical = policy.least_combined = least;
    return policy;
}

/* Writes a key in one encoding and reads it back; the public keys have to be the same. */
static void round_trip(const khoalai_key *key, unsigned int encoding, const unsigned char *passphrase, size_t len) {
    khoalai_policy tests = policy_of(KHOALAI_PERMIT_TEST_KEYS, KHOALAI_PLACE_MEMORY);
    khoalai_key *again = NULL;
    khoalai_public_key *first = NULL, *second = NULL;
    unsigned char written[1024], one[KHOALAI_MAX_PUBLIC_KEY_LEN], other[KHOALAI_MAX_PUBLIC_KEY_LEN];
    size_t written_len = 0, one_len = sizeof one, other_len = sizeof other;

    OK(khoalai_key_write(key, encoding, passphrase, len, NULL, &written_len));
    CHECK(written_len > 0 && written_len <= sizeof written);
    written_len--;
    fill(written, sizeof written);
    GIVES(KHOALAI_ERROR_BUFFER_TOO_SMALL, khoalai_key_write(key, encoding, passphrase, len, written, &written_len));
    CHECK(is_zero(written, written_len - 1) && is_filled(written + written_len, sizeof written - written_len));
    written_len = sizeof written;
    OK(khoalai_key_write(key, encoding, passphrase, len, written, &written_len));
    if (len > 0) {
        GIVES(KHOALAI_ERROR_PASSPHRASE_NEEDED, khoalai_key_read(&tests, written, written_len, NULL, 0, &again));
        GIVES(KHOALAI_ERROR_PASSPHRASE_WRONG, khoalai_key_read(&tests, written, written_len, PASSPHRASE, 3, &again));
        CHECK(again == NULL);
    }
    OK(khoalai_key_read(&tests, written, written_len, passphrase, len, &again));
    OK(khoalai_key_public(key, &first));
    OK(khoalai_key_public(again, &second));
    OK(khoalai_public_key_write(first, KHOALAI_RAW, one, &one_len));
    OK(khoalai_public_key_write(second, KHOALAI_RAW, other, &other_len));
    CHECK(one_len == other_len && memcmp(one, other, one_len) == 0);
    khoalai_key_free(&again);
    khoalai_public_key_free(&first);
    khoalai_public_key_free(&second);
    CHECK(again == NULL && first == NULL);

    if (encoding == (KHOALAI_PEM | KHOALAI_MARK_TEST_ONLY)) {
        GIVES(KHOALAI_ERROR_TEST_ONLY, khoalai_key_read(NULL, written, written_len, passphrase, len, &again));
    }
    written[written_len / 2] ^= 1;
    CHECK(khoalai_key_read(&tests, written, written_len / 2, passphrase, len, &again) != KHOALAI_OK);
}

static void private_keys(void) {
    static const unsigned int ALGORITHMS[] = {KHOALAI_X_WING, KHOALAI_MLDSA65_ECDSA_P256_SHA512, KHOALAI_ML_KEM_768,
                                              KHOALAI_ML_DSA_65};
    khoalai_key *key = NULL, *again = NULL;
    unsigned char raw[KHOALAI_MAX_PRIVATE_KEY_LEN];
    unsigned int number = 0;
    size_t i, len;
    khoalai_custody custody;

    for (i = 0; i < COUNT(ALGORITHMS); i++) {
        if (!OK(khoalai_key_generate(ALGORITHMS[i], NULL, &key))) {
            continue;
        }
        CHECK(OK(khoalai_key_algorithm(key, &number)) && number == ALGORITHMS[i]);
        custody.struct_size = sizeof custody;
        OK(khoalai_key_custody(key, &custody));
        CHECK(custody.pq == KHOALAI_PLACE_MEMORY && custody.combined == KHOALAI_PLACE_MEMORY);
        CHECK((custody.classical == KHOALAI_PLACE_NONE) == (i >= 2));
        round_trip(key, KHOALAI_DER, NULL, 0);
        round_trip(key, KHOALAI_PEM, NULL, 0);
        round_trip(key, KHOALAI_PEM | KHOALAI_MARK_TEST_ONLY, NULL, 0);
        if (i == 0) { /* scrypt takes its time */
            round_trip(key, KHOALAI_DER, PASSPHRASE, sizeof PASSPHRASE - 1);
            round_trip(key, KHOALAI_PEM, PASSPHRASE, sizeof PASSPHRASE - 1);
        }
        len = sizeof raw;
        OK(khoalai_key_write(key, KHOALAI_RAW, NULL, 0, raw, &len));
        CHECK(len == khoalai_private_key_len(number) || number == KHOALAI_MLDSA65_ECDSA_P256_SHA512);
        OK(khoalai_key_import(ALGORITHMS[i], NULL, raw, len, &again));
        khoalai_key_free(&again);
        GIVES(KHOALAI_ERROR_MALFORMED, khoalai_key_import(ALGORITHMS[i], NULL, raw, len - 1, &again));
        fill(raw, sizeof raw);
        len = sizeof raw;
        GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_write(key, KHOALAI_RAW, PASSPHRASE, 4, raw, &len));
        CHECK(len == 0 && is_zero(raw, sizeof raw));
        len = sizeof raw;
        GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_write(key, 4, NULL, 0, raw, &len));
        len = sizeof raw;
        GIVES(KHOALAI_ERROR_WRONG_VALUE,
              khoalai_key_write(key, KHOALAI_DER | KHOALAI_MARK_TEST_ONLY, NULL, 0, raw, &len));
        khoalai_key_free(&key);
        CHECK(key == NULL);
        khoalai_key_free(&key);
    }
    khoalai_key_free(NULL);
    GIVES(KHOALAI_ERROR_UNSUPPORTED, khoalai_key_generate(KHOALAI_MLKEM768_X25519, NULL, &key));
    GIVES(KHOALAI_ERROR_CLASSICAL_ONLY, khoalai_key_generate(KHOALAI_ED25519, NULL, &key));
    GIVES(KHOALAI_ERROR_CLASSICAL_ONLY, khoalai_key_import(KHOALAI_P256_SHARE, NULL, raw, 32, &key));
    GIVES(KHOALAI_ERROR_DEVICE_ONLY, khoalai_key_generate(KHOALAI_MLDSA65_RSA3072_PSS_SHA512, NULL, &key));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_key_generate(0x80000001u, NULL, &key));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_key_import(KHOALAI_X_WING, NULL, NULL, 32, &key));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_key_import(KHOALAI_X_WING, NULL, raw, NONSENSE, &key));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_key_read(NULL, raw, NONSENSE, NULL, 0, &key));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_key_read(NULL, raw, sizeof raw, NULL, 0, &key));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_key_read(NULL, NULL, 0, NULL, 0, &key));
}

static void public_keys(void) {
    static const unsigned int ENCODINGS[] = {KHOALAI_DER, KHOALAI_PEM, KHOALAI_PEM | KHOALAI_MARK_TEST_ONLY};
    khoalai_policy tests = policy_of(KHOALAI_PERMIT_TEST_KEYS, KHOALAI_PLACE_MEMORY);
    khoalai_key *key = NULL, *other = NULL;
    khoalai_public_key *public_key = NULL, *again = NULL;
    unsigned char raw[KHOALAI_X_WING_PUBLIC_KEY_LEN], written[4096], back[KHOALAI_X_WING_PUBLIC_KEY_LEN];
    size_t i, len = sizeof raw, written_len;
    unsigned int number = 0;

    OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_public_key_write(public_key, KHOALAI_RAW, NULL, &len));
    CHECK(len == KHOALAI_X_WING_PUBLIC_KEY_LEN);
    OK(khoalai_public_key_write(public_key, KHOALAI_RAW, raw, &len));
    for (i = 0; i < COUNT(ENCODINGS); i++) {
        written_len = sizeof written;
        OK(khoalai_public_key_write(public_key, ENCODINGS[i], written, &written_len));
        OK(khoalai_public_key_read(&tests, written, written_len, &again));
        CHECK(OK(khoalai_public_key_algorithm(again, &number)) && number == KHOALAI_X_WING);
        len = sizeof back;
        OK(khoalai_public_key_write(again, KHOALAI_RAW, back, &len));
        CHECK(memcmp(raw, back, sizeof raw) == 0);
        khoalai_public_key_free(&again);
        GIVES(KHOALAI_ERROR_NOT_PRIVATE, khoalai_key_read(&tests, written, written_len, NULL, 0, &other));
        if (ENCODINGS[i] & KHOALAI_MARK_TEST_ONLY) {
            GIVES(KHOALAI_ERROR_TEST_ONLY, khoalai_public_key_read(NULL, written, written_len, &again));
        }
        GIVES(KHOALAI_ERROR_MALFORMED, khoalai_public_key_read(NULL, written, written_len - 2, &again));
    }
    OK(khoalai_public_key_import(KHOALAI_X_WING, NULL, raw, sizeof raw, &again));
    khoalai_public_key_free(&again);
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_public_key_import(KHOALAI_X_WING, NULL, raw, sizeof raw - 1, &again));
    GIVES(KHOALAI_ERROR_CLASSICAL_ONLY, khoalai_public_key_import(KHOALAI_X25519_SHARE, NULL, raw, 32, &again));
    memset(raw, 0xff, sizeof raw);
    GIVES(KHOALAI_ERROR_BAD_PUBLIC_KEY, khoalai_public_key_import(KHOALAI_X_WING, NULL, raw, sizeof raw, &again));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_public_key_import(KHOALAI_X_WING, NULL, raw, NONSENSE, &again));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_public_key_import(2, NULL, raw, sizeof raw, &again));
    CHECK(again == NULL);
    /* A private key is not taken for a public one, whatever form it has. */
    written_len = sizeof written;
    OK(khoalai_key_write(key, KHOALAI_PEM, NULL, 0, written, &written_len));
    GIVES(KHOALAI_ERROR_NOT_PUBLIC, khoalai_public_key_read(NULL, written, written_len, &again));
    written_len = sizeof written;
    OK(khoalai_key_write(key, KHOALAI_DER, NULL, 0, written, &written_len));
    GIVES(KHOALAI_ERROR_NOT_PUBLIC, khoalai_public_key_read(NULL, written, written_len, &again));
    written_len = sizeof written;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_public_key_write(public_key, 0, written, &written_len));
    CHECK(written_len == 0);
    khoalai_public_key_free(&public_key);
    khoalai_key_free(&key);
}

static void policies(void) {
    khoalai_policy policy = policy_of(0, KHOALAI_PLACE_MEMORY);
    khoalai_key *key = NULL;

    OK(khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    OK(khoalai_key_check(key, &policy));
    OK(khoalai_key_check(key, NULL));
    policy.least_classical = KHOALAI_PLACE_DEVICE;
    GIVES(KHOALAI_ERROR_WEAK_CUSTODY, khoalai_key_check(key, &policy));
    khoalai_key_free(&key);
    GIVES(KHOALAI_ERROR_WEAK_CUSTODY, khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    CHECK(key == NULL);
    policy.least_classical = KHOALAI_PLACE_NONE;
    policy.least_combined = KHOALAI_PLACE_NONE;
    OK(khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    khoalai_key_free(&key);
    policy.least_pq = 11;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    policy = policy_of(8, KHOALAI_PLACE_MEMORY);
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    policy = policy_of(KHOALAI_PERMIT_LEGACY | KHOALAI_PERMIT_HAZMAT, KHOALAI_PLACE_MEMORY);
    OK(khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
    khoalai_key_free(&key);
    policy.struct_size = 0;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_generate(KHOALAI_X_WING, &policy, &key));
}

void test_keys(void) {
    private_keys();
    public_keys();
    policies();
}
