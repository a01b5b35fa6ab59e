// Key exchange and a signature in C++11. Handles free themselves, failures are exceptions.
//
//     c++ -std=c++11 example.cpp $(pkg-config --cflags --libs khoalai) -o example
#include <khoalai.hpp>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

static bool in_vietnamese() {
    const char *language = std::getenv("LANG");
    return language != nullptr && std::strncmp(language, "vi", 2) == 0;
}

static void must_be(bool condition, const char *what) {
    if (!condition) {
        throw std::logic_error(what);
    }
}

static bool same(const khoalai::secret_bytes &one, const khoalai::secret_bytes &other) {
    return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size()) == 0;
}

static void exchange() {
    khoalai::key binh = khoalai::key::generate(KHOALAI_X_WING);
    khoalai::bytes published = binh.public_key().write(KHOALAI_DER);

    // An has nothing but what was published; the secret is wiped when `sent` ends.
    khoalai::sent sent = khoalai::public_key::read(published).encapsulate();
    must_be(same(binh.decapsulate(sent.ciphertext), sent.secret), "the two have different secrets");

    sent.ciphertext.front() ^= 1;
    must_be(!same(binh.decapsulate(sent.ciphertext), sent.secret), "a changed ciphertext gave the same secret");
    std::cout << (in_vietnamese() ? "Hai bên có chung một bí mật." : "A secret is shared.") << std::endl;
}

static void sign() {
    const std::string text = "Công văn số 01/2026";
    khoalai::bytes message(text.begin(), text.end());
    khoalai::key key = khoalai::key::generate(KHOALAI_MLDSA65_ECDSA_P256_SHA512);
    khoalai::public_key public_key = key.public_key();

    khoalai::bytes signature = key.sign(message);
    public_key.verify(message, khoalai::bytes(), signature);

    message.front() ^= 1;
    try {
        public_key.verify(message, khoalai::bytes(), signature);
    } catch (const khoalai::error &error) {
        must_be(error.code() == KHOALAI_ERROR_VERIFICATION_FAILED, error.name());
        std::cout << error.text(in_vietnamese() ? KHOALAI_VIETNAMESE : KHOALAI_ENGLISH) << " [" << error.name() << "]"
                  << std::endl;
        return;
    }
    must_be(false, "a changed message was accepted");
}

int main() {
    try {
        exchange();
        sign();
    } catch (const std::exception &failure) {
        std::cerr << failure.what() << std::endl;
        return 1;
    }
    return 0;
}
