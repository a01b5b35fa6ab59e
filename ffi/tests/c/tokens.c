/* Keys in a PKCS#11 token: the module and the URI of an empty token come from the environment, and the
   PIN's file. scripts/ffi makes the token. */
#include "check.h"

static int asked, noted, give_up;
static char pin_text[64];

static int answer_pin(void *context, const khoalai_pin_prompt *prompt, char *pin, size_t *pin_len) {
    int first = *(int *)context == 41;
    asked++;
    if (give_up || !first || prompt->struct_size != sizeof *prompt || prompt->token[0] == 0 ||
        *pin_len < KHOALAI_MAX_PIN_LEN) {
        return 1;
    }
    *pin_len = strlen(pin_text);
    memcpy(pin, pin_text, *pin_len);
    return 0;
}

static void note(void *context, unsigned int event, const char *line) {
    if (*(int *)context == 42 && event > 0 && line[0] == '{') {
        noted++;
    }
}

static void try_exchange(const khoalai_key *key) {
    khoalai_public_key *public_key = NULL;
    unsigned char ciphertext[KHOALAI_MAX_CIPHERTEXT_LEN], sent[32], got[32];
    size_t len = sizeof ciphertext, sent_len = 32, got_len = 32;
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_encapsulate(public_key, ciphertext, &len, sent, &sent_len));
    OK(khoalai_decapsulate(key, ciphertext, len, got, &got_len));
    CHECK(memcmp(sent, got, 32) == 0);
    khoalai_public_key_free(&public_key);
}

static void try_signature(const khoalai_key *key) {
    khoalai_public_key *public_key = NULL;
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t len = sizeof signature;
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_sign(key, (const unsigned char *)"message", 7, NULL, 0, signature, &len));
    OK(khoalai_verify(public_key, (const unsigned char *)"message", 7, NULL, 0, signature, len));
    khoalai_public_key_free(&public_key);
}

/* Of today's chips: elliptic curves, or RSA alone. */
static const unsigned int HYBRIDS[] = {KHOALAI_MLKEM768_P256, KHOALAI_MLKEM1024_P384,
                                       KHOALAI_MLDSA65_ECDSA_P256_SHA512, KHOALAI_MLDSA44_RSA2048_PSS_SHA256,
                                       KHOALAI_MLDSA44_RSA2048_PKCS15_SHA256};

/* The post-quantum half in memory, the classical one in the token; then opened again. */
static void half_and_half(khoalai_store *token, unsigned int hybrid, const char *name) {
    khoalai_store *memory = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;
    khoalai_custody custody;
    char of_key[80];

    OK(khoalai_store_new(&memory));
    OK(khoalai_half_generate(memory, hybrid, KHOALAI_POST_QUANTUM, NULL, &pq));
    if (OK(khoalai_half_generate(token, hybrid, KHOALAI_CLASSICAL, name, &classical))) {
        OK(khoalai_hybrid_new(hybrid, NULL, &pq, &classical, &key));
        custody.struct_size = sizeof custody;
        OK(khoalai_key_custody(key, &custody));
        CHECK(custody.pq == KHOALAI_PLACE_MEMORY && custody.classical == KHOALAI_PLACE_DEVICE);
        if (khoalai_signature_len(hybrid) > 0) {
            try_signature(key);
        } else {
            try_exchange(key);
        }
        khoalai_key_free(&key);
        OK(khoalai_half_open(token, hybrid, KHOALAI_CLASSICAL, name, &classical));
        khoalai_half_free(&classical);
        sprintf(of_key, "pkcs11:object=%.60s", name);
        GIVES(KHOALAI_ERROR_KEY_REUSED, khoalai_half_adopt(token, hybrid, KHOALAI_CLASSICAL, of_key,
                                                           KHOALAI_LOSES_FRESHNESS, &classical));
        GIVES(KHOALAI_ERROR_NOT_FOUND, khoalai_half_adopt(token, hybrid, KHOALAI_CLASSICAL, "pkcs11:object=nobody",
                                                          KHOALAI_LOSES_FRESHNESS, &classical));
        GIVES(KHOALAI_ERROR_NULL_ARGUMENT, khoalai_half_generate(token, hybrid, KHOALAI_CLASSICAL, NULL, &classical));
        CHECK(khoalai_half_generate(token, hybrid, KHOALAI_CLASSICAL, name, &classical) != KHOALAI_OK);
    }
    GIVES(KHOALAI_ERROR_NOT_FOUND, khoalai_half_open(token, hybrid, KHOALAI_CLASSICAL, "nobody", &classical));
    khoalai_half_free(&pq);
    khoalai_store_free(&memory);
}

/* Both halves in the token, where it can. */
static void whole(khoalai_store *token, const khoalai_token_options *options, const char *uri, unsigned int algorithm,
                  const char *name) {
    khoalai_key *key = NULL, *again = NULL;
    char of_key[1024];
    khoalai_policy policy;

    if (!OK(khoalai_store_generate_key(token, algorithm, name, NULL, &key))) {
        return;
    }
    memset(&policy, 0, sizeof policy);
    policy.struct_size = sizeof policy;
    policy.least_pq = policy.least_classical = KHOALAI_PLACE_DEVICE;
    OK(khoalai_key_check(key, &policy));
    sprintf(of_key, "%.900s;object=%.60s", uri, name);
    OK(khoalai_key_open(NULL, of_key, options, &again));
    if (again != NULL && khoalai_signature_len(algorithm) > 0) {
        try_signature(again);
    } else if (again != NULL) {
        try_exchange(again);
    }
    khoalai_key_free(&again);
    khoalai_key_free(&key);
    CHECK(khoalai_store_generate_key(token, algorithm, name, NULL, &key) != KHOALAI_OK);
    sprintf(of_key, "%.900s;object=%.60s", uri, "nobody");
    GIVES(KHOALAI_ERROR_NOT_FOUND, khoalai_key_open(NULL, of_key, options, &again));
    sprintf(of_key, "%.900s;object=%.60s;id=%%01", uri, name);
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_open(NULL, of_key, options, &again));
    sprintf(of_key, "%.900s;object=%.60s;type=public", uri, name);
    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_key_open(NULL, of_key, options, &again));
    sprintf(of_key, "%.900s;object=%.60s;type=private", uri, name);
    OK(khoalai_key_open(NULL, of_key, options, &again));
    khoalai_key_free(&again);
}

/* A half that was made elsewhere, and a PIN that is in a file. */
static void brought_in(const char *uri, khoalai_token_options options) {
    static const unsigned char RAW[32] = {'T', 'E', 'S', 'T', ' ', 'O', 'N', 'L', 'Y'}; /* a scalar for P-256 */
    khoalai_store *token = NULL;
    khoalai_half *half = NULL;

    options.pin = NULL;
    options.pin_file = getenv("KHOALAI_PIN_FILE");
    OK(khoalai_store_open(uri, &options, &token));
    OK(khoalai_half_import(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "c-import", RAW, sizeof RAW, &half));
    khoalai_half_free(&half);
    GIVES(KHOALAI_ERROR_NULL_ARGUMENT,
          khoalai_half_import(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, NULL, RAW, sizeof RAW, &half));
    CHECK(khoalai_half_import(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "c-short", RAW, 31, &half) != KHOALAI_OK);
    khoalai_store_free(&token);
}

/* A key that was in the token before. */
static void adopted(khoalai_store *token) {
    khoalai_store *memory = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;

    GIVES(KHOALAI_ERROR_WRONG_VALUE, khoalai_half_adopt(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL,
                                                        "pkcs11:object=old", KHOALAI_FRESH, &classical));
    OK(khoalai_half_adopt(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "pkcs11:object=old",
                          KHOALAI_LOSES_FRESHNESS, &classical));
    OK(khoalai_store_new(&memory));
    OK(khoalai_half_generate(memory, KHOALAI_MLKEM768_P256, KHOALAI_POST_QUANTUM, NULL, &pq));
    OK(khoalai_hybrid_new(KHOALAI_MLKEM768_P256, NULL, &pq, &classical, &key));
    if (key != NULL) {
        try_exchange(key);
    }
    khoalai_key_free(&key);
    khoalai_store_free(&memory);
}

/* A key whose halves live apart, by the reference that the khoalai command made. */
static void referred(const khoalai_token_options *options, const char *path, const char *factor) {
    unsigned char content[16384];
    khoalai_key *key = NULL;
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(content, 1, sizeof content, file) : 0;
    if (!CHECK(file != NULL)) {
        return;
    }
    fclose(file);
    OK(khoalai_key_open_reference(NULL, content, len, (const unsigned char *)factor, strlen(factor), options, &key));
    if (key != NULL) {
        try_exchange(key);
    }
    khoalai_key_free(&key);
    content[len / 2] ^= 1;
    CHECK(khoalai_key_open_reference(NULL, content, len, NULL, 0, options, &key) != KHOALAI_OK);
}

void test_tokens(void) {
    const char *module = getenv("KHOALAI_MODULE"), *uri = getenv("KHOALAI_TOKEN"), *pin = getenv("KHOALAI_PIN");
    const char *reference = getenv("KHOALAI_REFERENCE"), *inside = getenv("KHOALAI_INSIDE");
    static int one = 41, two = 42; /* the token lives on */
    khoalai_token_options options;
    khoalai_store *token = NULL;
    khoalai_half *half = NULL;
    size_t i;

    if (!CHECK(module && uri && pin)) {
        return;
    }
    sprintf(pin_text, "%.60s", pin);
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.modules = &module;
    options.module_count = 1;
    options.claims = getenv("KHOALAI_CLAIMS");
    options.module_parameters = getenv("KHOALAI_PARAMETERS");
    options.pin = answer_pin;
    options.pin_context = &one;
    options.audit = note;
    options.audit_context = &two;
    /* Nobody who knows the PIN. */
    give_up = 1;
    OK(khoalai_store_open(uri, &options, &token));
    CHECK(khoalai_half_generate(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "gave up", &half) != KHOALAI_OK);
    CHECK(half == NULL && asked > 0);
    khoalai_store_free(&token);
    give_up = 0;
    if (getenv("KHOALAI_CLAIMS")) {
        /* It holds no data objects: what became of its keys has to be kept elsewhere. */
        options.claims = NULL;
        OK(khoalai_store_open(uri, &options, &token));
        GIVES(KHOALAI_ERROR_CLAIMS_NOWHERE,
              khoalai_half_generate(token, KHOALAI_MLKEM768_P256, KHOALAI_CLASSICAL, "unclaimed", &half));
        khoalai_store_free(&token);
        options.claims = getenv("KHOALAI_CLAIMS");
    }
    GIVES(KHOALAI_ERROR_TOKEN_NOT_FOUND, khoalai_store_open("pkcs11:token=nobody", &options, &token));
    OK(khoalai_store_open(uri, &options, &token));
    for (i = 0; i < sizeof HYBRIDS / sizeof *HYBRIDS; i++) {
        char name[32];
        sprintf(name, "c-%x", HYBRIDS[i]);
        half_and_half(token, HYBRIDS[i], name);
    }
    adopted(token);
    brought_in(uri, options);
    CHECK(noted > 4);
    if (inside) {
        options.secrets_outside = 0;
        whole(token, &options, uri, KHOALAI_MLKEM768_P256, "c-whole-kem");
        whole(token, &options, uri, KHOALAI_MLDSA65_ECDSA_P256_SHA512, "c-whole-sig");
    }
    if (reference) {
        referred(&options, reference, "TEST ONLY passphrase");
    }
    khoalai_store_free(&token);
}
