/* What needs no key: versions, codes, algorithms, self-tests, wiping. */
#include "check.h"

static void versions(void) {
    CHECK(strcmp(khoalai_version(), KHOALAI_VERSION) == 0);
    CHECK(khoalai_version_number() == KHOALAI_VERSION_NUMBER);
    CHECK(khoalai_abi() == KHOALAI_ABI);
}

static void codes(void) {
    khoalai_store *store = NULL;

    CHECK(strcmp(khoalai_error_name(KHOALAI_OK), "OK") == 0);
    CHECK(strcmp(khoalai_error_name(KHOALAI_ERROR_MALFORMED), "MALFORMED") == 0);
    if (khoalai_store_open("pkcs11:", NULL, &store) != KHOALAI_ERROR_UNSUPPORTED) { /* a build with tokens */
        CHECK(strcmp(khoalai_error_name(KHOALAI_ERROR_PIN_LAST_TRY), "PIN_LAST_TRY") == 0);
    }
    CHECK(strcmp(khoalai_error_name(KHOALAI_ERROR_INTERNAL), "INTERNAL") == 0);
    CHECK(strcmp(khoalai_error_name(-7), "UNKNOWN") == 0);
    CHECK(strcmp(khoalai_error_name(99), "UNKNOWN") == 0);
    CHECK(strstr(khoalai_error_text(KHOALAI_ERROR_ABSENT, KHOALAI_ENGLISH), "not connected") != NULL);
    CHECK(strstr(khoalai_error_text(KHOALAI_ERROR_ABSENT, KHOALAI_VIETNAMESE), "thi\xe1\xba\xbft b\xe1\xbb\x8b") != NULL);
    CHECK(khoalai_error_text(KHOALAI_ERROR_ABSENT, 77) == khoalai_error_text(KHOALAI_ERROR_ABSENT, KHOALAI_ENGLISH));
    CHECK(strlen(khoalai_error_text(-1, KHOALAI_VIETNAMESE)) > 10);
    CHECK(khoalai_error_class(KHOALAI_OK) == KHOALAI_CLASS_NONE);
    CHECK(khoalai_error_class(-1) == KHOALAI_CLASS_NONE);
    CHECK(khoalai_error_class(KHOALAI_ERROR_NULL_ARGUMENT) == KHOALAI_CLASS_INPUT);
    CHECK(khoalai_error_class(KHOALAI_ERROR_VERIFICATION_FAILED) == KHOALAI_CLASS_REFUSED);
    CHECK(khoalai_error_class(KHOALAI_ERROR_FORKED) == KHOALAI_CLASS_CONDITION);
    CHECK(khoalai_error_class(KHOALAI_ERROR_SELF_TEST_FAILED) == KHOALAI_CLASS_FAULT);
}

static const struct {
    unsigned int algorithm;
    size_t public_key, private_key, sent;
} LENGTHS[] = {
    {KHOALAI_X_WING, KHOALAI_X_WING_PUBLIC_KEY_LEN, KHOALAI_X_WING_PRIVATE_KEY_LEN, KHOALAI_X_WING_CIPHERTEXT_LEN},
    {KHOALAI_MLKEM768_P256, KHOALAI_MLKEM768_P256_PUBLIC_KEY_LEN, KHOALAI_MLKEM768_P256_PRIVATE_KEY_LEN,
     KHOALAI_MLKEM768_P256_CIPHERTEXT_LEN},
    {KHOALAI_MLKEM1024_P384, KHOALAI_MLKEM1024_P384_PUBLIC_KEY_LEN, KHOALAI_MLKEM1024_P384_PRIVATE_KEY_LEN,
     KHOALAI_MLKEM1024_P384_CIPHERTEXT_LEN},
    {KHOALAI_ML_KEM_768, KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN, KHOALAI_ML_KEM_768_PRIVATE_KEY_LEN,
     KHOALAI_ML_KEM_768_CIPHERTEXT_LEN},
    {KHOALAI_MLDSA65_ECDSA_P256_SHA512, KHOALAI_MLDSA65_ECDSA_P256_SHA512_PUBLIC_KEY_LEN,
     KHOALAI_MLDSA65_ECDSA_P256_SHA512_PRIVATE_KEY_LEN, KHOALAI_MLDSA65_ECDSA_P256_SHA512_SIGNATURE_LEN},
    {KHOALAI_MLDSA65_ED25519_SHA512, KHOALAI_MLDSA65_ED25519_SHA512_PUBLIC_KEY_LEN,
     KHOALAI_MLDSA65_ED25519_SHA512_PRIVATE_KEY_LEN, KHOALAI_MLDSA65_ED25519_SHA512_SIGNATURE_LEN},
    {KHOALAI_MLDSA87_ECDSA_P384_SHA512, KHOALAI_MLDSA87_ECDSA_P384_SHA512_PUBLIC_KEY_LEN,
     KHOALAI_MLDSA87_ECDSA_P384_SHA512_PRIVATE_KEY_LEN, KHOALAI_MLDSA87_ECDSA_P384_SHA512_SIGNATURE_LEN},
    {KHOALAI_ML_DSA_65, KHOALAI_ML_DSA_65_PUBLIC_KEY_LEN, KHOALAI_ML_DSA_65_PRIVATE_KEY_LEN,
     KHOALAI_ML_DSA_65_SIGNATURE_LEN},
};

static void algorithms(void) {
    khoalai_algorithm info;
    struct {
        khoalai_algorithm info;
        size_t later;
    } longer;
    unsigned int number = 7, again;
    size_t i, count = khoalai_algorithm_count();

    CHECK(count > 40);
    for (i = 0; i < count; i++) {
        info.struct_size = sizeof info;
        if (!OK(khoalai_algorithm_at(i, &number)) || !OK(khoalai_algorithm_info(number, &info))) {
            continue;
        }
        CHECK(info.algorithm == number);
        CHECK(info.struct_size == sizeof info);
        CHECK(number != 0 && number < KHOALAI_FIRST_PROVIDER_ALGORITHM);
        CHECK(OK(khoalai_algorithm_named(info.name, &again)) && again == number);
        CHECK(strlen(info.document) > 4);
        CHECK(info.status >= KHOALAI_STATUS_STANDARD && info.status <= KHOALAI_STATUS_LEGACY);
        CHECK(khoalai_public_key_len(number) == info.public_key_len);
        CHECK(khoalai_private_key_len(number) == info.private_key_len);
        CHECK(khoalai_ciphertext_len(number) == info.ciphertext_len);
        CHECK(khoalai_signature_len(number) == info.signature_len);
        CHECK(info.public_key_len > 0 && info.public_key_len <= KHOALAI_MAX_PUBLIC_KEY_LEN);
        CHECK(info.private_key_len <= KHOALAI_MAX_PRIVATE_KEY_LEN);
        CHECK(info.ciphertext_len <= KHOALAI_MAX_CIPHERTEXT_LEN);
        CHECK((info.kind == KHOALAI_KIND_SIGNATURE) == (info.signature_len > 0));
        CHECK((info.kind != KHOALAI_KIND_SIGNATURE) == (info.ciphertext_len > 0));
        CHECK((info.pq == 0) == (info.classical == 0));
        if (info.pq != 0 && info.kind == KHOALAI_KIND_KEM) {
            CHECK(info.secret_len == KHOALAI_SECRET_LEN);
        }
        if (strncmp(info.name, "SLH", 3) != 0) {
            CHECK(info.signature_len <= KHOALAI_MAX_SIGNATURE_LEN);
        }
    }
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_algorithm_at(count, &number));
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_algorithm_at(NONSENSE, &number));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_algorithm_at(0, NULL));

    CHECK(OK(khoalai_algorithm_named("X-Wing", &number)) && number == KHOALAI_X_WING);
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_algorithm_named("x-wing", &number));
    GIVES(KHOALAI_ERROR_MALFORMED, khoalai_algorithm_named("\xff", &number));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_algorithm_named(NULL, &number));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_algorithm_named("X-Wing", NULL));

    info.struct_size = sizeof info;
    OK(khoalai_algorithm_info(KHOALAI_MLKEM768_P256, &info));
    CHECK(info.pq == KHOALAI_ML_KEM_768 && info.classical == KHOALAI_P256_SHARE && info.category == 3);
    CHECK(info.kind == KHOALAI_KIND_KEM && strcmp(info.name, "MLKEM768-P256") == 0);
    info.struct_size = sizeof info - 1;
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_algorithm_info(KHOALAI_X_WING, &info));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_algorithm_info(KHOALAI_X_WING, NULL));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_algorithm_info(0, &info));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_algorithm_info(KHOALAI_FIRST_PROVIDER_ALGORITHM, &info));
    /* A program that knows more members than this library. */
    fill(&longer, sizeof longer);
    longer.info.struct_size = sizeof longer;
    OK(khoalai_algorithm_info(KHOALAI_X_WING, &longer.info));
    CHECK(longer.info.struct_size == sizeof longer && is_filled(&longer.later, sizeof longer.later));

    for (i = 0; i < COUNT(LENGTHS); i++) {
        number = LENGTHS[i].algorithm;
        CHECK(khoalai_public_key_len(number) == LENGTHS[i].public_key);
        CHECK(khoalai_private_key_len(number) == LENGTHS[i].private_key);
        CHECK(khoalai_ciphertext_len(number) + khoalai_signature_len(number) == LENGTHS[i].sent);
    }
    CHECK(khoalai_public_key_len(0) == 0 && khoalai_private_key_len(0xffffffffu) == 0);
    CHECK(khoalai_ciphertext_len(KHOALAI_ML_DSA_65) == 0 && khoalai_signature_len(KHOALAI_X_WING) == 0);
}

static void selftests(void) {
    unsigned int state = 77;
    OK(khoalai_selftest(KHOALAI_X_WING));
    CHECK(OK(khoalai_selftest_state(KHOALAI_X_WING, &state)) && state == KHOALAI_SELFTEST_PASSED);
    CHECK(OK(khoalai_selftest_state(KHOALAI_ED25519, &state)) && state == KHOALAI_SELFTEST_UNTESTED);
    OK(khoalai_selftest(0));
    CHECK(OK(khoalai_selftest_state(KHOALAI_ED25519, &state)) && state == KHOALAI_SELFTEST_PASSED);
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_selftest(1));
    GIVES(KHOALAI_ERROR_UNKNOWN_ALGORITHM, khoalai_selftest_state(1, &state));
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_selftest_state(KHOALAI_X_WING, NULL));
}

void test_basics(void) {
    unsigned char bytes[40];
    versions();
    codes();
    algorithms();
    selftests();
    fill(bytes, sizeof bytes);
    khoalai_wipe(bytes, 39);
    CHECK(is_zero(bytes, 39) && bytes[39] != 0);
    khoalai_wipe(bytes, 0);
    khoalai_wipe(NULL, 39);
    khoalai_wipe(bytes, NONSENSE);
    CHECK(bytes[39] != 0);
}
