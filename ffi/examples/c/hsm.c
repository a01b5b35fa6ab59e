/*
 * A signature key of two places: the classical half is made inside a PKCS#11 token and never leaves it,
 * the post-quantum half, which old tokens cannot hold, is in this process.
 *
 *     hsm MODULE.so TOKEN-LABEL PIN-FILE
 */
#include "example.h"

static const unsigned char document[] = "Công văn số 01/2026"; /* UTF-8, as this file is */

/* Runs for each event with the token; a real program keeps these lines. */
static void note(void *events, unsigned int event, const char *line)
{
    (void)event;
    (void)line;
    ++*(size_t *)events;
}

int main(int argc, char **argv)
{
    const unsigned int algorithm = KHOALAI_MLDSA65_ECDSA_P256_SHA512;
    const char *modules[1];
    char uri[256];
    unsigned char signature[KHOALAI_MLDSA65_ECDSA_P256_SHA512_SIGNATURE_LEN];
    size_t signature_len = sizeof signature, events = 0;
    khoalai_token_options options = {0};
    khoalai_custody custody = {0};
    khoalai_policy policy = {0};
    khoalai_store *memory = NULL, *token = NULL;
    khoalai_half *pq = NULL, *classical = NULL;
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;

    if (argc != 4) {
        fprintf(stderr, "usage: hsm MODULE.so TOKEN-LABEL PIN-FILE\n");
        return 2;
    }
    /* Only modules that are named here are ever loaded. */
    modules[0] = argv[1];
    options.struct_size = sizeof options;
    options.modules = modules;
    options.module_count = 1;
    options.pin_file = argv[3]; /* only its owner may read it; or give a callback that asks somebody */
    options.audit = note;
    options.audit_context = &events;
    snprintf(uri, sizeof uri, "pkcs11:token=%s", argv[2]);

    must(khoalai_store_open(uri, &options, &token));
    must(khoalai_store_new(&memory));
    must(khoalai_half_generate(token, algorithm, KHOALAI_CLASSICAL, "example", &classical));
    must(khoalai_half_generate(memory, algorithm, KHOALAI_POST_QUANTUM, NULL, &pq));

    /* The classical half has to be in a device, or the key is refused. */
    policy.struct_size = sizeof policy;
    policy.least_pq = KHOALAI_PLACE_MEMORY;
    policy.least_classical = KHOALAI_PLACE_DEVICE;
    must(khoalai_hybrid_new(algorithm, &policy, &pq, &classical, &key)); /* takes both halves over */
    custody.struct_size = sizeof custody;
    must(khoalai_key_custody(key, &custody));
    must_be(custody.classical == KHOALAI_PLACE_DEVICE, "the classical half is outside");

    /* From here on it is a key as any other. */
    must(khoalai_sign(key, document, sizeof document, NULL, 0, signature, &signature_len));
    must(khoalai_key_public(key, &public_key));
    must(khoalai_verify(public_key, document, sizeof document, NULL, 0, signature, signature_len));
    must_be(events > 0, "nothing was audited");
    say("A key with its classical half in the token has signed.", "Khóa có nửa cổ điển trong token đã ký.");

    /* A signature is right as a whole or not at all. */
    signature[signature_len - 1] ^= 1;
    must_be(khoalai_verify(public_key, document, sizeof document, NULL, 0, signature, signature_len) ==
                KHOALAI_ERROR_VERIFICATION_FAILED,
            "a changed signature is accepted");
    say("A changed signature is refused.", "Chữ ký bị sửa không được chấp nhận.");

    khoalai_public_key_free(&public_key);
    khoalai_key_free(&key);
    khoalai_store_free(&token);
    khoalai_store_free(&memory);
    return 0;
}
