/*
 * khoalai for C++11: handles that free themselves, codes that become exceptions, bytes in vectors. All of
 * it is in this file, over khoalai.h, whose rules hold. GCC 4.8 is new enough.
 *
 *   khoalai::key binh = khoalai::key::generate(KHOALAI_X_WING);
 *   khoalai::sent sent = binh.public_key().encapsulate();
 *   khoalai::secret_bytes secret = binh.decapsulate(sent.ciphertext);
 *
 * Handles can be moved and not copied. One that was moved from holds nothing, and its functions throw
 * NULL_ARGUMENT. Secrets are in khoalai::secret_bytes, which are wiped.
 */
#ifndef KHOALAI_HPP
#define KHOALAI_HPP

#include "khoalai.h"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace khoalai {

typedef std::vector<unsigned char> bytes;

/* A code as an exception: what() is the English text. */
class error : public std::runtime_error {
public:
    explicit error(int code) : std::runtime_error(khoalai_error_text(code, KHOALAI_ENGLISH)), code_(code) {}
    int code() const noexcept { return code_; }
    const char *name() const noexcept { return khoalai_error_name(code_); }
    const char *text(int language) const noexcept { return khoalai_error_text(code_, language); }

private:
    int code_;
};

/* Throws unless the code is KHOALAI_OK. */
inline void check(int code) {
    if (code != KHOALAI_OK) {
        throw error(code);
    }
}

/* Bytes that are wiped when they are let go. */
class secret_bytes {
public:
    explicit secret_bytes(std::size_t len = 0) : bytes_(len) {}
    secret_bytes(secret_bytes &&other) noexcept { bytes_.swap(other.bytes_); }
    secret_bytes &operator=(secret_bytes &&other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    secret_bytes(const secret_bytes &) = delete;
    secret_bytes &operator=(const secret_bytes &) = delete;
    ~secret_bytes() { khoalai_wipe(bytes_.data(), bytes_.size()); }

    unsigned char *data() noexcept { return bytes_.data(); }
    const unsigned char *data() const noexcept { return bytes_.data(); }
    std::size_t size() const noexcept { return bytes_.size(); }
    /* Only shorter: what would move could leave copies behind. */
    void shorten(std::size_t len) {
        if (len < bytes_.size()) {
            khoalai_wipe(bytes_.data() + len, bytes_.size() - len);
            bytes_.resize(len);
        }
    }

private:
    bytes bytes_;
};

namespace detail {

/* A handle and the function that frees it. */
template <typename T, void (*Free)(T **)> class handle {
public:
    handle() noexcept : handle_(nullptr) {}
    handle(handle &&other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
    handle &operator=(handle &&other) noexcept {
        if (this != &other) {
            Free(&handle_);
            handle_ = other.handle_;
            other.handle_ = nullptr;
        }
        return *this;
    }
    handle(const handle &) = delete;
    handle &operator=(const handle &) = delete;
    ~handle() { Free(&handle_); }

    T *get() const noexcept { return handle_; }
    /* Where a function puts a new handle; what was there is freed. */
    T **out() noexcept {
        Free(&handle_);
        return &handle_;
    }
    /* Where a function takes the handle from. */
    T **taken() noexcept { return &handle_; }

private:
    T *handle_;
};

} // namespace detail

/* What is permitted and demanded; as it is made, what a NULL policy says. */
class policy {
public:
    policy() : policy_() {
        policy_.struct_size = sizeof policy_;
        policy_.least_pq = policy_.least_classical = policy_.least_combined = KHOALAI_PLACE_MEMORY;
    }
    policy &permit(unsigned int what) {
        policy_.permit |= what;
        return *this;
    }
    policy &demand(unsigned int pq, unsigned int classical, unsigned int combined) {
        policy_.least_pq = pq;
        policy_.least_classical = classical;
        policy_.least_combined = combined;
        return *this;
    }
    const khoalai_policy *get() const noexcept { return &policy_; }

private:
    khoalai_policy policy_;
};

/* A ciphertext, and the secret that its receiver will have. */
struct sent {
    bytes ciphertext;
    secret_bytes secret;
};

class public_key {
public:
    static public_key import(unsigned int algorithm, const bytes &raw, const policy &rules = policy()) {
        public_key key;
        check(khoalai_public_key_import(algorithm, rules.get(), raw.data(), raw.size(), key.handle_.out()));
        return key;
    }
    static public_key read(const bytes &content, const policy &rules = policy()) {
        public_key key;
        check(khoalai_public_key_read(rules.get(), content.data(), content.size(), key.handle_.out()));
        return key;
    }

    bytes write(unsigned int encoding) const {
        std::size_t len = 0;
        check(khoalai_public_key_write(get(), encoding, nullptr, &len));
        bytes out(len);
        check(khoalai_public_key_write(get(), encoding, out.data(), &len));
        out.resize(len);
        return out;
    }
    unsigned int algorithm() const {
        unsigned int number = 0;
        check(khoalai_public_key_algorithm(get(), &number));
        return number;
    }
    sent encapsulate() const {
        std::size_t ciphertext_len = 0, secret_len = 0;
        check(khoalai_encapsulate(get(), nullptr, &ciphertext_len, nullptr, &secret_len));
        sent made = {bytes(ciphertext_len), secret_bytes(secret_len)};
        check(khoalai_encapsulate(get(), made.ciphertext.data(), &ciphertext_len, made.secret.data(), &secret_len));
        return made;
    }
    /* Throws unless the signature is valid. */
    void verify(const bytes &message, const bytes &context, const bytes &signature) const {
        check(khoalai_verify(get(), message.data(), message.size(), context.data(), context.size(), signature.data(),
                             signature.size()));
    }
    khoalai_public_key *get() const noexcept { return handle_.get(); }

private:
    friend class key;
    detail::handle<khoalai_public_key, khoalai_public_key_free> handle_;
};

class key {
public:
    static key generate(unsigned int algorithm, const policy &rules = policy()) {
        key made;
        check(khoalai_key_generate(algorithm, rules.get(), made.handle_.out()));
        return made;
    }
    static key import(unsigned int algorithm, const secret_bytes &raw, const policy &rules = policy()) {
        key made;
        check(khoalai_key_import(algorithm, rules.get(), raw.data(), raw.size(), made.handle_.out()));
        return made;
    }
    static key read(const bytes &content, const std::string &passphrase = std::string(),
                    const policy &rules = policy()) {
        key made;
        check(khoalai_key_read(rules.get(), content.data(), content.size(),
                               reinterpret_cast<const unsigned char *>(passphrase.data()), passphrase.size(),
                               made.handle_.out()));
        return made;
    }
    static key open(const std::string &uri, const khoalai_token_options &options, const policy &rules = policy()) {
        key made;
        check(khoalai_key_open(rules.get(), uri.c_str(), &options, made.handle_.out()));
        return made;
    }
    static key open_reference(const bytes &content, const bytes &factor, const khoalai_token_options &options,
                              const policy &rules = policy()) {
        key made;
        check(khoalai_key_open_reference(rules.get(), content.data(), content.size(), factor.data(), factor.size(),
                                         &options, made.handle_.out()));
        return made;
    }
    static key from_vendor(const khoalai_vendor_key &vendor, void *context, const policy &rules = policy()) {
        key made;
        check(khoalai_key_from_vendor(rules.get(), &vendor, context, made.handle_.out()));
        return made;
    }

    secret_bytes write(unsigned int encoding, const std::string &passphrase = std::string()) const {
        const unsigned char *phrase = reinterpret_cast<const unsigned char *>(passphrase.data());
        std::size_t len = 0;
        check(khoalai_key_write(get(), encoding, phrase, passphrase.size(), nullptr, &len));
        secret_bytes out(len);
        check(khoalai_key_write(get(), encoding, phrase, passphrase.size(), out.data(), &len));
        out.shorten(len);
        return out;
    }
    unsigned int algorithm() const {
        unsigned int number = 0;
        check(khoalai_key_algorithm(get(), &number));
        return number;
    }
    khoalai_custody custody() const {
        khoalai_custody custody = khoalai_custody();
        custody.struct_size = sizeof custody;
        check(khoalai_key_custody(get(), &custody));
        return custody;
    }
    khoalai::public_key public_key() const {
        khoalai::public_key made;
        check(khoalai_key_public(get(), made.handle_.out()));
        return made;
    }
    secret_bytes decapsulate(const bytes &ciphertext) const {
        secret_bytes secret(KHOALAI_SECRET_LEN);
        std::size_t len = secret.size();
        check(khoalai_decapsulate(get(), ciphertext.data(), ciphertext.size(), secret.data(), &len));
        return secret;
    }
    bytes sign(const bytes &message, const bytes &context = bytes()) const {
        std::size_t len = 0;
        check(khoalai_sign(get(), message.data(), message.size(), context.data(), context.size(), nullptr, &len));
        bytes out(len);
        check(khoalai_sign(get(), message.data(), message.size(), context.data(), context.size(), out.data(), &len));
        out.resize(len);
        return out;
    }
    khoalai_key *get() const noexcept { return handle_.get(); }

private:
    friend class half;
    detail::handle<khoalai_key, khoalai_key_free> handle_;
};

/* A message that streams by. */
class stream {
public:
    explicit stream(const public_key &key, const bytes &context = bytes()) {
        check(khoalai_stream_new(key.get(), context.data(), context.size(), handle_.out()));
    }
    stream &update(const bytes &piece) {
        check(khoalai_stream_update(handle_.get(), piece.data(), piece.size()));
        return *this;
    }
    bytes sign(const key &signer) const {
        std::size_t len = 0;
        check(khoalai_stream_sign(handle_.get(), signer.get(), nullptr, &len));
        bytes out(len);
        check(khoalai_stream_sign(handle_.get(), signer.get(), out.data(), &len));
        out.resize(len);
        return out;
    }
    void verify(const public_key &key, const bytes &signature) const {
        check(khoalai_stream_verify(handle_.get(), key.get(), signature.data(), signature.size()));
    }

private:
    detail::handle<khoalai_stream, khoalai_stream_free> handle_;
};

/* Where halves are made and remembered: memory, or a token. */
class store {
public:
    store() { check(khoalai_store_new(handle_.out())); }
    store(const std::string &uri, const khoalai_token_options &options) {
        check(khoalai_store_open(uri.c_str(), &options, handle_.out()));
    }
    khoalai_store *get() const noexcept { return handle_.get(); }

private:
    detail::handle<khoalai_store, khoalai_store_free> handle_;
};

/* One half of a hybrid. */
class half {
public:
    static half generate(const store &in, unsigned int hybrid, int side, const std::string &name = std::string()) {
        half made;
        check(khoalai_half_generate(in.get(), hybrid, side, name.c_str(), made.handle_.out()));
        return made;
    }
    static half open(const store &in, unsigned int hybrid, int side, const std::string &name) {
        half made;
        check(khoalai_half_open(in.get(), hybrid, side, name.c_str(), made.handle_.out()));
        return made;
    }
    static half from_vendor(const store &in, unsigned int hybrid, int side, const khoalai_vendor_key &vendor,
                            void *context, int accept) {
        half made;
        check(khoalai_half_from_vendor(in.get(), hybrid, side, &vendor, context, accept, made.handle_.out()));
        return made;
    }
    /* Both halves are used up, also if this throws. */
    static key join(unsigned int hybrid, half pq, half classical, const policy &rules = policy()) {
        key made;
        check(khoalai_hybrid_new(hybrid, rules.get(), pq.handle_.taken(), classical.handle_.taken(),
                                 made.handle_.out()));
        return made;
    }

private:
    detail::handle<khoalai_half, khoalai_half_free> handle_;
};

} // namespace khoalai

#endif /* KHOALAI_HPP */
