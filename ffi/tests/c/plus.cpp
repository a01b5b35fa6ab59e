/* khoalai.hpp: every class once in use, and once refused. */
#include "khoalai.hpp"

extern "C" {
#include "chip.h"
}

#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>

static int failures;

static void check(bool holds, const char *what, int line) {
    if (!holds) {
        failures++;
        std::fprintf(stderr, "plus.cpp:%d: does not hold: %s\n", line, what);
    }
}
#define CHECK(condition) check((condition), #condition, __LINE__)

#define THROWS(expected, call)                                                                                         \
    do {                                                                                                               \
        int code = KHOALAI_OK;                                                                                         \
        try {                                                                                                          \
            call;                                                                                                      \
        } catch (const khoalai::error &error) {                                                                        \
            code = error.code();                                                                                       \
        }                                                                                                              \
        CHECK(code == (expected));                                                                                     \
    } while (0)

static_assert(!std::is_copy_constructible<khoalai::key>::value, "keys are not copied");
static_assert(std::is_nothrow_move_constructible<khoalai::key>::value, "keys are moved");
static_assert(!std::is_copy_constructible<khoalai::secret_bytes>::value, "secrets are not copied");

static khoalai::bytes of(const char *text) {
    return khoalai::bytes(text, text + std::strlen(text));
}

static void exchange() {
    khoalai::key binh = khoalai::key::generate(KHOALAI_X_WING);
    khoalai::sent sent = binh.public_key().encapsulate();
    khoalai::secret_bytes secret = binh.decapsulate(sent.ciphertext);
    CHECK(secret.size() == 32 && std::memcmp(secret.data(), sent.secret.data(), 32) == 0);
    khoalai::key moved = std::move(binh);
    CHECK(binh.get() == nullptr && moved.algorithm() == KHOALAI_X_WING);
    THROWS(KHOALAI_ERROR_NULL_ARGUMENT, binh.decapsulate(sent.ciphertext));
    THROWS(KHOALAI_ERROR_MALFORMED, moved.decapsulate(of("short")));
    CHECK(moved.custody().pq == KHOALAI_PLACE_MEMORY);

    khoalai::secret_bytes pem = moved.write(KHOALAI_PEM, "TEST ONLY passphrase");
    khoalai::bytes file(pem.data(), pem.data() + pem.size());
    THROWS(KHOALAI_ERROR_PASSPHRASE_NEEDED, khoalai::key::read(file));
    khoalai::key again = khoalai::key::read(file, "TEST ONLY passphrase");
    CHECK(again.public_key().write(KHOALAI_DER) == moved.public_key().write(KHOALAI_DER));
    khoalai::key imported = khoalai::key::import(KHOALAI_X_WING, moved.write(KHOALAI_RAW));
    khoalai::public_key read = khoalai::public_key::read(imported.public_key().write(KHOALAI_PEM));
    khoalai::public_key raw = khoalai::public_key::import(KHOALAI_X_WING, read.write(KHOALAI_RAW));
    CHECK(raw.algorithm() == KHOALAI_X_WING);
    moved = std::move(again);
    CHECK(again.get() == nullptr && moved.get() != nullptr);
}

static void signatures() {
    khoalai::key an = khoalai::key::generate(KHOALAI_MLDSA65_ED25519_SHA512);
    khoalai::public_key public_key = an.public_key();
    khoalai::bytes signature = an.sign(of("message"), of("context"));
    public_key.verify(of("message"), of("context"), signature);
    THROWS(KHOALAI_ERROR_VERIFICATION_FAILED, public_key.verify(of("massage"), of("context"), signature));
    khoalai::stream stream(public_key, of("context"));
    stream.update(of("mess")).update(of("age"));
    stream.verify(public_key, signature);
    public_key.verify(of("message"), of("context"), stream.sign(an));
    THROWS(KHOALAI_ERROR_UNSUPPORTED, khoalai::key::generate(KHOALAI_X_WING).sign(of("message")));
}

static void halves() {
    chip device = chip();
    device.scalar[0] = 8;
    khoalai::store store;
    {
        khoalai::half pq = khoalai::half::generate(store, KHOALAI_MLKEM768_X25519, KHOALAI_POST_QUANTUM);
        khoalai::half classical = khoalai::half::from_vendor(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, CHIP,
                                                             &device, KHOALAI_FRESH);
        khoalai::key key = khoalai::half::join(KHOALAI_MLKEM768_X25519, std::move(pq), std::move(classical));
        khoalai::sent sent = key.public_key().encapsulate();
        khoalai::secret_bytes secret = key.decapsulate(sent.ciphertext);
        CHECK(std::memcmp(secret.data(), sent.secret.data(), 32) == 0 && device.calls == 1);
        CHECK(key.custody().classical == KHOALAI_PLACE_DEVICE);
        THROWS(KHOALAI_ERROR_NULL_ARGUMENT,
               khoalai::half::join(KHOALAI_MLKEM768_X25519, std::move(pq), std::move(classical)));
    }
    CHECK(device.releases == 1);
    THROWS(KHOALAI_ERROR_NOT_FOUND, khoalai::half::open(store, KHOALAI_MLKEM768_X25519, KHOALAI_CLASSICAL, "x"));
    THROWS(KHOALAI_ERROR_CLASSICAL_ONLY, khoalai::key::from_vendor(CHIP, &device));
    khoalai_token_options options = khoalai_token_options();
    THROWS(KHOALAI_ERROR_WRONG_VALUE, khoalai::store("pkcs11:", options));
    THROWS(KHOALAI_ERROR_WRONG_VALUE, khoalai::key::open("pkcs11:object=x", options));
    THROWS(KHOALAI_ERROR_WRONG_VALUE, khoalai::key::open_reference(of("x"), khoalai::bytes(), options));
}

static void refusals() {
    khoalai::policy policy;
    policy.permit(KHOALAI_PERMIT_TEST_KEYS)
        .demand(KHOALAI_PLACE_MEMORY, KHOALAI_PLACE_DEVICE, KHOALAI_PLACE_NONE);
    try {
        khoalai::key::generate(KHOALAI_X_WING, policy);
        CHECK(false);
    } catch (const khoalai::error &error) {
        CHECK(error.code() == KHOALAI_ERROR_WEAK_CUSTODY && std::strcmp(error.name(), "WEAK_CUSTODY") == 0);
        CHECK(std::strstr(error.what(), "guarded") != nullptr);
        CHECK(std::strcmp(error.text(KHOALAI_VIETNAMESE), error.what()) != 0);
    }
}

int main() {
    exchange();
    signatures();
    halves();
    refusals();
    std::printf("plus: %d failures\n", failures);
    return failures != 0;
}
