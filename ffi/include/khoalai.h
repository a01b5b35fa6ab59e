/*
 * khoalai: hybrid classical and post-quantum keys. The C interface.
 *
 * THE RULES
 *
 * Codes. Every function that can fail returns an int: KHOALAI_OK (0) or one of KHOALAI_ERROR_...
 *   The numbers are stable. khoalai_error_text says in English or Vietnamese what to do next.
 *
 * Lengths. Every buffer comes with its length in bytes; nothing ends at a NUL unless it is called
 *   `const char *`. A length over SIZE_MAX / 2 is refused. NULL is a good pointer to 0 bytes of input.
 *
 * Outputs. The caller brings the buffer. A `size_t *..._len` says how much room there is and is told
 *   how much was written. With a NULL buffer it is told how much room is needed (the most there can
 *   be), nothing else happens, and the result is KHOALAI_OK. If there is too little room, the result is
 *   KHOALAI_ERROR_BUFFER_TOO_SMALL and the length says how much is needed. After every other error the
 *   length is 0 and what could have been written is zeros. Handles are written only on success;
 *   otherwise they are NULL. Buffers of one call must not overlap.
 *
 * Structures. Where one begins with `struct_size`, put sizeof of it there: later versions append
 *   members and know by it which ones yours has. Set everything else you do not use to zero.
 *
 * Ownership. A handle is yours until you give it to its ..._free function, which takes the address of
 *   your variable and sets it to NULL; NULL may be freed. khoalai_hybrid_new and the vendor functions
 *   take over what they are given, also when they fail. Everything else only borrows, until it returns.
 *   `const char *` results are static: never free them.
 *
 * Threads. Any thread may use any handle, and many may use one at once; only streams are for one
 *   thread at a time. A handle may be freed while another thread is inside a call with it: what is
 *   behind it ends with that call. Beginning a call with a handle that was freed is your mistake.
 *
 * Fork. A child process must make its own handles. Those from before the fork answer
 *   KHOALAI_ERROR_FORKED in the child; there they may be freed and nothing else happens.
 *
 * Callbacks. None is ever required. They come from any thread. They must not throw, not longjmp, and
 *   not call a function with the handle that they serve.
 *
 * Secrets. What the library holds is wiped when it is freed. What it wrote to your buffers is yours to
 *   wipe: khoalai_wipe does it in a way that compilers do not remove.
 *
 * No function here throws or unwinds. The library is never unloaded from a process. Nothing is certified.
 */
#ifndef KHOALAI_H
#define KHOALAI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header, and of what it was made for. */
#define KHOALAI_VERSION        "0.1.0"
#define KHOALAI_VERSION_NUMBER 0x000100u /* 0xMMmmpp */
/* The number behind libkhoalai.so: it changes when programs have to be built again. */
#define KHOALAI_ABI            0

/* Compilers that know how warn of results that nobody looks at, and of NULL where it is always wrong.
   Whoever defines these, as nothing say, is not asked. */
#ifndef KHOALAI_MUST_USE
#if defined(__GNUC__) && (__GNUC__ > 3 || (__GNUC__ == 3 && __GNUC_MINOR__ >= 4))
#define KHOALAI_MUST_USE __attribute__((warn_unused_result))
#else
#define KHOALAI_MUST_USE
#endif
#endif
#ifndef KHOALAI_NONNULL
#if defined(__GNUC__) && (__GNUC__ > 3 || (__GNUC__ == 3 && __GNUC_MINOR__ >= 4))
#define KHOALAI_NONNULL(arguments) __attribute__((nonnull arguments))
#else
#define KHOALAI_NONNULL(arguments)
#endif
#endif

/* ---- Codes -------------------------------------------------------------------------------------- */

#define KHOALAI_OK 0
#define KHOALAI_ERROR_MALFORMED                100
#define KHOALAI_ERROR_BUFFER_TOO_SMALL         101
#define KHOALAI_ERROR_UNKNOWN_ALGORITHM        102
#define KHOALAI_ERROR_WRONG_ALGORITHM          103
#define KHOALAI_ERROR_UNSUPPORTED              104
#define KHOALAI_ERROR_CLASSICAL_ONLY           105
#define KHOALAI_ERROR_BAD_CONTEXT              106
#define KHOALAI_ERROR_BAD_PUBLIC_KEY           107
#define KHOALAI_ERROR_BAD_PRIVATE_KEY          108
#define KHOALAI_ERROR_TEST_ONLY                109
#define KHOALAI_ERROR_NOT_EXPORTABLE           110
#define KHOALAI_ERROR_SEED_REQUIRED            111
#define KHOALAI_ERROR_WRONG_KEY                112
#define KHOALAI_ERROR_LEGACY_ALGORITHM         113
#define KHOALAI_ERROR_LEAKY_CUSTODY            114
#define KHOALAI_ERROR_WEAK_CUSTODY             115
#define KHOALAI_ERROR_OBSOLETE_ALGORITHM       116
#define KHOALAI_ERROR_UNKNOWN_ENCRYPTION       117
#define KHOALAI_ERROR_PASSPHRASE_WRONG         118
#define KHOALAI_ERROR_TOO_COSTLY               119
#define KHOALAI_ERROR_DEVICE_ONLY              130
#define KHOALAI_ERROR_DECAPSULATION_FAILED     200
#define KHOALAI_ERROR_VERIFICATION_FAILED      201
#define KHOALAI_ERROR_SIGNING_FAILED           202
#define KHOALAI_ERROR_HALVES_MISMATCH          300
#define KHOALAI_ERROR_KEY_REUSED               301
#define KHOALAI_ERROR_STORE_FULL               302
#define KHOALAI_ERROR_NOT_FOUND                303
#define KHOALAI_ERROR_SAME_DEVICE              304
#define KHOALAI_ERROR_RANDOM_FAILED            400
#define KHOALAI_ERROR_ABSENT                   401
#define KHOALAI_ERROR_LOGIN_REQUIRED           402
#define KHOALAI_ERROR_PIN_REFUSED              403
#define KHOALAI_ERROR_BUSY                     404
#define KHOALAI_ERROR_TIMEOUT                  405
#define KHOALAI_ERROR_FORKED                   406
#define KHOALAI_ERROR_DEVICE_FAILED            407
#define KHOALAI_ERROR_PIN_LOCKED               408
#define KHOALAI_ERROR_COMBINER_UNAVAILABLE     409
#define KHOALAI_ERROR_SELF_TEST_FAILED         500
#define KHOALAI_ERROR_URI_MALFORMED            600
#define KHOALAI_ERROR_URI_TOO_LONG             601
#define KHOALAI_ERROR_URI_UNKNOWN_ATTRIBUTE    602
#define KHOALAI_ERROR_URI_DUPLICATE            603
#define KHOALAI_ERROR_URI_PIN_VALUE            604
#define KHOALAI_ERROR_URI_NOT_TEXT             605
#define KHOALAI_ERROR_URI_VALUE                606
#define KHOALAI_ERROR_PIN_MALFORMED            607
#define KHOALAI_ERROR_PIN_SOURCE_REFUSED       608
#define KHOALAI_ERROR_PIN_FILE_UNSAFE          609
#define KHOALAI_ERROR_PIN_FILE_UNREADABLE      610
#define KHOALAI_ERROR_PIN_FILE_UNSUPPORTED     611
#define KHOALAI_ERROR_PIN_NOT_GIVEN            612
#define KHOALAI_ERROR_MODULE_UNREADABLE        613
#define KHOALAI_ERROR_MODULE_UNSAFE            614
#define KHOALAI_ERROR_MODULE_NOT_ALLOWED       615
#define KHOALAI_ERROR_MODULE_NOT_LIBRARY       616
#define KHOALAI_ERROR_MODULE_FOREIGN           617
#define KHOALAI_ERROR_PROFILE_MALFORMED        630
#define KHOALAI_ERROR_PROFILE_OTHER_BUILD      631
#define KHOALAI_ERROR_MODULE_UNLOADABLE        640
#define KHOALAI_ERROR_CALLS_STUCK              641
#define KHOALAI_ERROR_READ_ONLY                642
#define KHOALAI_ERROR_PIN_FEW_TRIES            643
#define KHOALAI_ERROR_PIN_LAST_TRY             644
#define KHOALAI_ERROR_MODULE_THREADS           645
#define KHOALAI_ERROR_TOO_MANY_OBJECTS         646
#define KHOALAI_ERROR_TOKEN_NOT_FOUND          650
#define KHOALAI_ERROR_TOKEN_AMBIGUOUS          651
#define KHOALAI_ERROR_KEY_AMBIGUOUS            652
#define KHOALAI_ERROR_NAME_TAKEN               653
#define KHOALAI_ERROR_ATTRIBUTES_DIFFER        654
#define KHOALAI_ERROR_KEY_FAILS                655
#define KHOALAI_ERROR_CLAIMS_NOWHERE           656
#define KHOALAI_ERROR_CLAIMS_UNWRITABLE        657
#define KHOALAI_ERROR_NOT_OFFERED              658
#define KHOALAI_ERROR_KEY_WITHOUT_ID           659
#define KHOALAI_ERROR_REFERENCE_MALFORMED      660
#define KHOALAI_ERROR_REFERENCE_DAMAGED        661
#define KHOALAI_ERROR_REFERENCE_VERSION        662
#define KHOALAI_ERROR_REFERENCE_UNFIT          663
#define KHOALAI_ERROR_SEAL_BROKEN              664
#define KHOALAI_ERROR_SEAL_FOREIGN             665
#define KHOALAI_ERROR_WRAP_NOT_POST_QUANTUM    666
#define KHOALAI_ERROR_WRAP_UNAVAILABLE         667
#define KHOALAI_ERROR_FACTOR_MISSING           668
#define KHOALAI_ERROR_FACTOR_WEAK              669
#define KHOALAI_ERROR_KEY_RETIRED              670
#define KHOALAI_ERROR_KEY_DESTROYED            671
#define KHOALAI_ERROR_RECOVERY_UNFIT           672
#define KHOALAI_ERROR_RECOVERY_FOREIGN         673
#define KHOALAI_ERROR_NULL_ARGUMENT            800
#define KHOALAI_ERROR_WRONG_HANDLE             801
#define KHOALAI_ERROR_WRONG_VALUE              802
#define KHOALAI_ERROR_INTERNAL                 803
#define KHOALAI_ERROR_PASSPHRASE_NEEDED        804
#define KHOALAI_ERROR_NOT_PRIVATE              805
#define KHOALAI_ERROR_NOT_PUBLIC               806

/* The languages of khoalai_error_text. */
#define KHOALAI_ENGLISH    0
#define KHOALAI_VIETNAMESE 1

/* Which kind of failure a code is (khoalai_error_class). */
#define KHOALAI_CLASS_NONE      0 /* no error, or an unknown number */
#define KHOALAI_CLASS_INPUT     1 /* what was passed cannot be served; no key was asked */
#define KHOALAI_CLASS_REFUSED   2 /* a key was asked, and the answer depends on the input */
#define KHOALAI_CLASS_CONDITION 3 /* the key or device could not answer: mend it and ask again */
#define KHOALAI_CLASS_FAULT     4 /* do not go on */

/* ---- Algorithms --------------------------------------------------------------------------------- */

/* Their numbers are stable, and the same whether a build has them or not. Those from here on are for
   providers of their own algorithms; this version has none. */
#define KHOALAI_FIRST_PROVIDER_ALGORITHM 0x80000000u

/* Hybrid KEMs. If in doubt, X-Wing. */
#define KHOALAI_X_WING                                   0x0101u
#define KHOALAI_MLKEM768_X25519                          0x0102u
#define KHOALAI_MLKEM768_P256                            0x0103u
#define KHOALAI_MLKEM1024_P384                           0x0104u
/* Composite signatures. If in doubt, the first. */
#define KHOALAI_MLDSA65_ECDSA_P256_SHA512                0x0201u
#define KHOALAI_MLDSA65_ED25519_SHA512                   0x0202u
#define KHOALAI_MLDSA87_ECDSA_P384_SHA512                0x0203u
#define KHOALAI_MLDSA44_ECDSA_P256_SHA256                0x0204u
#define KHOALAI_MLDSA44_ED25519_SHA512                   0x0205u
#define KHOALAI_MLDSA65_ECDSA_P384_SHA512                0x0206u
#define KHOALAI_MLDSA65_ECDSA_BRAINPOOLP256R1_SHA512     0x0207u
#define KHOALAI_MLDSA87_ECDSA_BRAINPOOLP384R1_SHA512     0x0208u
#define KHOALAI_MLDSA87_ECDSA_P521_SHA512                0x0209u
#define KHOALAI_MLDSA87_ED448_SHAKE256                   0x020au
/* Post-quantum alone. */
#define KHOALAI_ML_KEM_512                               0x0301u
#define KHOALAI_ML_KEM_768                               0x0302u
#define KHOALAI_ML_KEM_1024                              0x0303u
#define KHOALAI_ML_DSA_44                                0x0304u
#define KHOALAI_ML_DSA_65                                0x0305u
#define KHOALAI_ML_DSA_87                                0x0306u
/* Classical: only ever one half of a hybrid. */
#define KHOALAI_X25519_SHARE                             0x0401u
#define KHOALAI_P256_SHARE                               0x0402u
#define KHOALAI_P384_SHARE                               0x0403u
#define KHOALAI_X448_SHARE                               0x0404u
#define KHOALAI_P521_SHARE                               0x0405u
#define KHOALAI_BRAINPOOLP256R1_SHARE                    0x0406u
#define KHOALAI_BRAINPOOLP384R1_SHARE                    0x0407u
#define KHOALAI_ED25519                                  0x0408u
#define KHOALAI_ED448                                    0x0409u
#define KHOALAI_ECDSA_P256_SHA256                        0x040au
#define KHOALAI_ECDSA_P384_SHA384                        0x040bu
#define KHOALAI_ECDSA_P521_SHA512                        0x040cu
#define KHOALAI_ECDSA_BRAINPOOLP256R1_SHA256             0x040du
#define KHOALAI_ECDSA_BRAINPOOLP384R1_SHA384             0x040eu
/* With RSA: the private half is a token's. */
#define KHOALAI_MLDSA65_RSA3072_PSS_SHA512               0x0281u
#define KHOALAI_MLDSA65_RSA3072_PKCS15_SHA512            0x0282u
#define KHOALAI_MLDSA65_RSA4096_PSS_SHA512               0x0283u
#define KHOALAI_MLDSA65_RSA4096_PKCS15_SHA512            0x0284u
#define KHOALAI_MLDSA87_RSA3072_PSS_SHA512               0x0285u
#define KHOALAI_MLDSA87_RSA4096_PSS_SHA512               0x0286u
#define KHOALAI_MLDSA44_RSA2048_PSS_SHA256               0x0287u
#define KHOALAI_MLDSA44_RSA2048_PKCS15_SHA256            0x0288u
#define KHOALAI_RSA2048_OAEP_SHA256                      0x0501u
#define KHOALAI_RSA3072_OAEP_SHA256                      0x0502u
#define KHOALAI_RSA4096_OAEP_SHA256                      0x0503u
#define KHOALAI_RSA2048_PSS_SHA256                       0x0504u
#define KHOALAI_RSA3072_PSS_SHA256                       0x0505u
#define KHOALAI_RSA4096_PSS_SHA384                       0x0506u
#define KHOALAI_RSA2048_PKCS15_SHA256                    0x0507u
#define KHOALAI_RSA3072_PKCS15_SHA256                    0x0508u
#define KHOALAI_RSA4096_PKCS15_SHA384                    0x0509u
/* SLH-DSA, in builds that have it. */
#define KHOALAI_SLH_DSA_SHA2_128S                        0x0601u
#define KHOALAI_SLH_DSA_SHA2_128F                        0x0602u
#define KHOALAI_SLH_DSA_SHA2_192S                        0x0603u
#define KHOALAI_SLH_DSA_SHA2_192F                        0x0604u
#define KHOALAI_SLH_DSA_SHA2_256S                        0x0605u
#define KHOALAI_SLH_DSA_SHA2_256F                        0x0606u
#define KHOALAI_SLH_DSA_SHAKE_128S                       0x0607u
#define KHOALAI_SLH_DSA_SHAKE_128F                       0x0608u
#define KHOALAI_SLH_DSA_SHAKE_192S                       0x0609u
#define KHOALAI_SLH_DSA_SHAKE_192F                       0x060au
#define KHOALAI_SLH_DSA_SHAKE_256S                       0x060bu
#define KHOALAI_SLH_DSA_SHAKE_256F                       0x060cu
/* The composite ML-KEM of LAMPS, in builds that have it. */
#define KHOALAI_MLKEM768_X25519_SHA3_256                 0x0701u
#define KHOALAI_MLKEM768_ECDH_P256_SHA3_256              0x0702u
#define KHOALAI_MLKEM1024_ECDH_P384_SHA3_256             0x0703u
#define KHOALAI_MLKEM768_ECDH_P384_SHA3_256              0x0704u
#define KHOALAI_MLKEM768_ECDH_BRAINPOOLP256R1_SHA3_256   0x0705u
#define KHOALAI_MLKEM1024_ECDH_BRAINPOOLP384R1_SHA3_256  0x0706u
#define KHOALAI_MLKEM1024_X448_SHA3_256                  0x0707u
#define KHOALAI_MLKEM1024_ECDH_P521_SHA3_256             0x0708u
#define KHOALAI_MLKEM768_RSA2048_SHA3_256                0x0709u
#define KHOALAI_MLKEM768_RSA3072_SHA3_256                0x070au
#define KHOALAI_MLKEM768_RSA4096_SHA3_256                0x070bu
#define KHOALAI_MLKEM1024_RSA3072_SHA3_256               0x070cu

/* What keys of an algorithm do. */
#define KHOALAI_KIND_KEM       1
#define KHOALAI_KIND_SHARE     2 /* a bare Diffie-Hellman share: only ever a half */
#define KHOALAI_KIND_SIGNATURE 3

/* What defines it. A draft's bytes may still change. */
#define KHOALAI_STATUS_STANDARD 1
#define KHOALAI_STATUS_DRAFT    2
#define KHOALAI_STATUS_PRIVATE  3
#define KHOALAI_STATUS_LEGACY   4

/* Lengths in bytes, also to be had from khoalai_algorithm_info. A signature may be shorter. */
#define KHOALAI_SECRET_LEN                               32 /* of every shared secret here */
#define KHOALAI_X_WING_PUBLIC_KEY_LEN                    1216
#define KHOALAI_X_WING_PRIVATE_KEY_LEN                   32
#define KHOALAI_X_WING_CIPHERTEXT_LEN                    1120
#define KHOALAI_MLKEM768_P256_PUBLIC_KEY_LEN             1249
#define KHOALAI_MLKEM768_P256_PRIVATE_KEY_LEN            32
#define KHOALAI_MLKEM768_P256_CIPHERTEXT_LEN             1153
#define KHOALAI_MLKEM1024_P384_PUBLIC_KEY_LEN            1665
#define KHOALAI_MLKEM1024_P384_PRIVATE_KEY_LEN           32
#define KHOALAI_MLKEM1024_P384_CIPHERTEXT_LEN            1665
#define KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN                1184
#define KHOALAI_ML_KEM_768_PRIVATE_KEY_LEN               64
#define KHOALAI_ML_KEM_768_CIPHERTEXT_LEN                1088
#define KHOALAI_MLDSA65_ECDSA_P256_SHA512_PUBLIC_KEY_LEN 2017
#define KHOALAI_MLDSA65_ECDSA_P256_SHA512_PRIVATE_KEY_LEN 83
#define KHOALAI_MLDSA65_ECDSA_P256_SHA512_SIGNATURE_LEN  3381
#define KHOALAI_MLDSA65_ED25519_SHA512_PUBLIC_KEY_LEN    1984
#define KHOALAI_MLDSA65_ED25519_SHA512_PRIVATE_KEY_LEN   64
#define KHOALAI_MLDSA65_ED25519_SHA512_SIGNATURE_LEN     3373
#define KHOALAI_MLDSA87_ECDSA_P384_SHA512_PUBLIC_KEY_LEN 2689
#define KHOALAI_MLDSA87_ECDSA_P384_SHA512_PRIVATE_KEY_LEN 96
#define KHOALAI_MLDSA87_ECDSA_P384_SHA512_SIGNATURE_LEN  4731
#define KHOALAI_ML_DSA_65_PUBLIC_KEY_LEN                 1952
#define KHOALAI_ML_DSA_65_PRIVATE_KEY_LEN                32
#define KHOALAI_ML_DSA_65_SIGNATURE_LEN                  3309
/* Enough for every algorithm but SLH-DSA. */
#define KHOALAI_MAX_PUBLIC_KEY_LEN                       3120
#define KHOALAI_MAX_PRIVATE_KEY_LEN                      160
#define KHOALAI_MAX_CIPHERTEXT_LEN                       1952
#define KHOALAI_MAX_SIGNATURE_LEN                        5152
/* The longest context of a signature, and the longest PIN. */
#define KHOALAI_MAX_CONTEXT_LEN                          255
#define KHOALAI_MAX_PIN_LEN                              512

/* What there is to know of an algorithm. */
typedef struct khoalai_algorithm {
    size_t struct_size;
    unsigned int algorithm;
    unsigned int kind;      /* KHOALAI_KIND_... */
    unsigned int status;    /* KHOALAI_STATUS_... */
    unsigned int category;  /* NIST's security category; 0 for classical ones */
    unsigned int pq;        /* the halves of a hybrid, by number; otherwise 0 */
    unsigned int classical;
    size_t public_key_len;
    size_t private_key_len; /* 0 where keys have no form that may leave */
    size_t ciphertext_len;  /* 0 for signatures */
    size_t secret_len;      /* 0 for signatures */
    size_t signature_len;   /* the longest; 0 for key exchange */
    const char *name;       /* static */
    const char *document;   /* what defines it; static */
} khoalai_algorithm;

/* ---- Other types -------------------------------------------------------------------------------- */

/* A private key, wherever it is; a public key; one half of a hybrid; where halves are made and
   remembered; a message that streams by. */
typedef struct khoalai_key khoalai_key;
typedef struct khoalai_public_key khoalai_public_key;
typedef struct khoalai_half khoalai_half;
typedef struct khoalai_store khoalai_store;
typedef struct khoalai_stream khoalai_stream;

/* Places that hold secrets, from the least to the most guarded. */
#define KHOALAI_PLACE_NONE                0  /* there is no such secret, or nothing is demanded */
#define KHOALAI_PLACE_LEAKY_MEMORY        5  /* memory, and the timing of the code is known to leak */
#define KHOALAI_PLACE_WRAPPED_CLASSICALLY 7  /* memory; between uses a file with a classical lock */
#define KHOALAI_PLACE_MEMORY              10 /* the memory of this process */
#define KHOALAI_PLACE_SEALED              30 /* memory during use; between uses a device opens it */
#define KHOALAI_PLACE_OPEN_DEVICE         60 /* a device that lets it out */
#define KHOALAI_PLACE_DEVICE              90 /* a device that does not */

/* Where the secrets of a key are. */
typedef struct khoalai_custody {
    size_t struct_size;
    unsigned int pq;        /* KHOALAI_PLACE_... */
    unsigned int classical;
    unsigned int combined;  /* where shared secrets are combined, or come out */
} khoalai_custody;

/* What a policy permits beyond the usual. */
#define KHOALAI_PERMIT_TEST_KEYS 1u /* keys that are marked TEST ONLY: anybody may know them */
#define KHOALAI_PERMIT_LEGACY    2u /* algorithms that only serve to read what is left of early days */
#define KHOALAI_PERMIT_HAZMAT    4u /* private keys in LEAKY_MEMORY */

/* Which keys are accepted. A NULL policy permits nothing further and demands MEMORY. In one of yours
   KHOALAI_PLACE_NONE demands nothing. */
typedef struct khoalai_policy {
    size_t struct_size;
    unsigned int permit;          /* KHOALAI_PERMIT_..., joined by | */
    unsigned int least_pq;        /* each secret has to be in a place at least as guarded */
    unsigned int least_classical;
    unsigned int least_combined;
} khoalai_policy;

/* Encodings that keys are written in. Readers tell them by content. */
#define KHOALAI_RAW 1
#define KHOALAI_DER 2 /* SubjectPublicKeyInfo or PKCS#8 */
#define KHOALAI_PEM 3
/* To be joined with KHOALAI_PEM by |: marks a key that is for tests only. */
#define KHOALAI_MARK_TEST_ONLY 0x100u

/* What is signed or verified. */
#define KHOALAI_INPUT_MESSAGE 0 /* the message itself */
#define KHOALAI_INPUT_PREHASH 1 /* PH(M) of a composite signature, hashed outside */
#define KHOALAI_INPUT_MU      2 /* the 64 bytes of ML-DSA's message representative */
/* Digests for HashML-DSA, another algorithm than pure ML-DSA over the same keys. */
#define KHOALAI_INPUT_SHA224      0x11
#define KHOALAI_INPUT_SHA256      0x12
#define KHOALAI_INPUT_SHA384      0x13
#define KHOALAI_INPUT_SHA512      0x14
#define KHOALAI_INPUT_SHA512_224  0x15
#define KHOALAI_INPUT_SHA512_256  0x16
#define KHOALAI_INPUT_SHA3_224    0x17
#define KHOALAI_INPUT_SHA3_256    0x18
#define KHOALAI_INPUT_SHA3_384    0x19
#define KHOALAI_INPUT_SHA3_512    0x1a
#define KHOALAI_INPUT_SHAKE128    0x1b
#define KHOALAI_INPUT_SHAKE256    0x1c

/* Whether a signature mixes in fresh randomness. */
#define KHOALAI_HEDGE_PREFERRED     0
#define KHOALAI_HEDGE_REQUIRED      1
#define KHOALAI_HEDGE_DETERMINISTIC 2

/* The halves of a hybrid. */
#define KHOALAI_POST_QUANTUM 1
#define KHOALAI_CLASSICAL    2

/* What is known of an algorithm's self-test. */
#define KHOALAI_SELFTEST_UNTESTED 0
#define KHOALAI_SELFTEST_PASSED   1
#define KHOALAI_SELFTEST_FAILED   2

/* A key of yours, in a chip say. Members that it does not need are NULL. The functions return
   KHOALAI_OK or a code of this header; lengths are as in the rules, with room for all that the
   algorithm can give. `context` is yours. */
typedef struct khoalai_vendor_key {
    size_t struct_size;
    unsigned int algorithm; /* what it is a key of */
    unsigned int place;     /* KHOALAI_PLACE_DEVICE or another */
    /* Writes the public key. Required. */
    int (*public_key)(void *context, unsigned char *out, size_t *out_len);
    /* Recovers a shared secret; for a Diffie-Hellman half the ciphertext is the peer's share. */
    int (*decapsulate)(void *context, const unsigned char *ciphertext, size_t ciphertext_len,
                       unsigned char *secret, size_t *secret_len);
    /* Signs a message. `hedge` is KHOALAI_HEDGE_... */
    int (*sign)(void *context, const unsigned char *message, size_t message_len,
                const unsigned char *signing_context, size_t signing_context_len, int hedge,
                unsigned char *signature, size_t *signature_len);
    /* Called once, when nobody uses the key any more, from the thread that ended last. */
    void (*release)(void *context);
} khoalai_vendor_key;

/* Says that a key existed before it became a half. The drafts forbid that for components: the proof
   of the hybrid's security no longer covers it, and whoever used it before still can. */
#define KHOALAI_FRESH           0
#define KHOALAI_LOSES_FRESHNESS 1

/* What a PIN is asked for. */
typedef struct khoalai_pin_prompt {
    size_t struct_size;
    const char *token;      /* the token's label */
    const char *serial;     /* its serial number */
    unsigned int each_use;  /* not 0: the key wants a PIN for this one use */
    unsigned int tries;     /* KHOALAI_TRIES_... */
} khoalai_pin_prompt;

/* What a token tells of the tries that are left. */
#define KHOALAI_TRIES_UNTOLD 0
#define KHOALAI_TRIES_FEWER  1 /* a wrong PIN was entered since the last right one */
#define KHOALAI_TRIES_LAST   2 /* one wrong PIN locks the token */
#define KHOALAI_TRIES_LOCKED 3

/* Writes a PIN in UTF-8 to `pin`, with room for KHOALAI_MAX_PIN_LEN, and its length to `pin_len`.
   Anything but 0 is somebody who gave up. */
typedef int (*khoalai_pin_callback)(void *context, const khoalai_pin_prompt *prompt, char *pin, size_t *pin_len);

/* Takes note of an event with a key or device: its stable number, and a line of JSON without secrets. */
typedef void (*khoalai_audit_callback)(void *context, unsigned int event, const char *line);

/* How PKCS#11 tokens are used. A token is shared by all who open it; who opened it first is audited. */
typedef struct khoalai_token_options {
    size_t struct_size;
    const char *const *modules;    /* paths of the modules that may be loaded; nothing else is */
    size_t module_count;
    const char *pin_file;          /* an owner-only file, or NULL */
    khoalai_pin_callback pin;      /* asked if there is no file, or NULL */
    void *pin_context;
    khoalai_audit_callback audit;  /* or NULL */
    void *audit_context;
    const char *claims;            /* a folder of yours, for tokens that hold no data objects, or NULL */
    const char *module_parameters; /* what some modules want to be told (NSS), or NULL */
    const char *profile;           /* a profile of the device's quirks, as TOML text, or NULL */
    unsigned int secrets_outside;  /* not 0: the two secrets of a KEM may leave a token that cannot combine them */
} khoalai_token_options;

/* ---- Versions and errors ------------------------------------------------------------------------ */

/* The library's version, as text and as 0xMMmmpp, and its ABI. Since 0.1.0. */
const char *khoalai_version(void);
unsigned int khoalai_version_number(void);
unsigned int khoalai_abi(void);

/* The stable name of a code, "MALFORMED" say; "UNKNOWN" for a number that is none. Since 0.1.0. */
const char *khoalai_error_name(int error);

/* What happened and what to do next, in UTF-8; English for a language that is none. Since 0.1.0. */
const char *khoalai_error_text(int error, int language);

/* KHOALAI_CLASS_... Since 0.1.0. */
int khoalai_error_class(int error);

/* Overwrites bytes with zeros, for good. Since 0.1.0. */
void khoalai_wipe(void *bytes, size_t len);

/* ---- Algorithms --------------------------------------------------------------------------------- */

/* How many algorithms this build has. Since 0.1.0. */
size_t khoalai_algorithm_count(void);

/* The one at `index`, hybrids first. WRONG_VALUE behind the last. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_algorithm_at(size_t index, unsigned int *algorithm) KHOALAI_NONNULL((2));

/* The one of this name, "X-Wing" say. UNKNOWN_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_algorithm_named(const char *name, unsigned int *algorithm) KHOALAI_NONNULL((1, 2));

/* All about an algorithm. Set info->struct_size first. UNKNOWN_ALGORITHM; WRONG_VALUE for a size that
   no version had. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_algorithm_info(unsigned int algorithm, khoalai_algorithm *info) KHOALAI_NONNULL((2));

/* Single lengths of the same; 0 for an unknown algorithm. Since 0.1.0. */
size_t khoalai_public_key_len(unsigned int algorithm);
size_t khoalai_private_key_len(unsigned int algorithm);
size_t khoalai_ciphertext_len(unsigned int algorithm);
size_t khoalai_signature_len(unsigned int algorithm);

/* Runs the known-answer test of an algorithm now, of all with 0. It runs by itself before the first
   use. SELF_TEST_FAILED: do not use it on this machine; UNKNOWN_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_selftest(unsigned int algorithm);

/* What is known so far: KHOALAI_SELFTEST_... Runs nothing. UNKNOWN_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_selftest_state(unsigned int algorithm, unsigned int *state) KHOALAI_NONNULL((2));

/* ---- Private keys ------------------------------------------------------------------------------- */

/* Makes a fresh key in memory. UNKNOWN_ALGORITHM, UNSUPPORTED (halves only), DEVICE_ONLY,
   CLASSICAL_ONLY, LEGACY_ALGORITHM, WEAK_CUSTODY, LEAKY_CUSTODY, RANDOM_FAILED, SELF_TEST_FAILED.
   Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_generate(unsigned int algorithm, const khoalai_policy *policy, khoalai_key **key)
    KHOALAI_NONNULL((3));

/* Takes a raw private key: the seed, or the parts of a composite. As above; MALFORMED,
   BAD_PRIVATE_KEY. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_import(unsigned int algorithm, const khoalai_policy *policy,
                                        const unsigned char *private_key, size_t private_key_len, khoalai_key **key)
    KHOALAI_NONNULL((5));

/* Reads a private key from a file's content: PKCS#8 in DER or PEM, encrypted or not, or OpenSSH's. A
   passphrase (UTF-8, NFC) that is not needed is passed over. As above; PASSPHRASE_NEEDED, PASSPHRASE_WRONG,
   TOO_COSTLY, UNKNOWN_ENCRYPTION, TEST_ONLY, NOT_PRIVATE, OBSOLETE_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_read(const khoalai_policy *policy, const unsigned char *content, size_t content_len,
                                      const unsigned char *passphrase, size_t passphrase_len, khoalai_key **key)
    KHOALAI_NONNULL((6));

/* Opens a key whose halves are both in one PKCS#11 token, by its URI (pkcs11:token=...;object=NAME).
   WRONG_VALUE for a URI with an id, or with a type other than private: each half has its own. The numbers
   from 600 on, ABSENT, LOGIN_REQUIRED, PIN_REFUSED, COMBINER_UNAVAILABLE; UNSUPPORTED in a build without
   tokens. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_open(const khoalai_policy *policy, const char *uri,
                                      const khoalai_token_options *options, khoalai_key **key)
    KHOALAI_NONNULL((2, 3, 4));

/* Opens a key by the content of its key-reference file, whose halves live apart. `factor` is the
   passphrase or the key file's content, where the reference wants one. As above; FACTOR_MISSING,
   SEAL_BROKEN, KEY_RETIRED and others of references. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_open_reference(const khoalai_policy *policy, const unsigned char *content,
                                                size_t content_len, const unsigned char *factor, size_t factor_len,
                                                const khoalai_token_options *options, khoalai_key **key)
    KHOALAI_NONNULL((6, 7));

/* Takes a whole key of yours; `context` goes to its functions, and is released also on failure.
   WRONG_VALUE, UNSUPPORTED, CLASSICAL_ONLY and what policies say. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_from_vendor(const khoalai_policy *policy, const khoalai_vendor_key *vendor,
                                             void *context, khoalai_key **key)
    KHOALAI_NONNULL((2, 4));

/* Writes the private key: `encoding` is KHOALAI_RAW, KHOALAI_DER or KHOALAI_PEM. With a passphrase (not
   for RAW) it is encrypted: PBES2, scrypt. NOT_EXPORTABLE, WRONG_VALUE, UNSUPPORTED (no object
   identifier), BUFFER_TOO_SMALL. The output is a secret: wipe it. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_write(const khoalai_key *key, unsigned int encoding, const unsigned char *passphrase,
                                       size_t passphrase_len, unsigned char *out, size_t *out_len)
    KHOALAI_NONNULL((1, 6));

/* What it is a key of. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_algorithm(const khoalai_key *key, unsigned int *algorithm) KHOALAI_NONNULL((1, 2));

/* Where its secrets are. Set custody->struct_size first. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_custody(const khoalai_key *key, khoalai_custody *custody) KHOALAI_NONNULL((1, 2));

/* Its public key, as a handle of its own. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_public(const khoalai_key *key, khoalai_public_key **public_key)
    KHOALAI_NONNULL((1, 2));

/* Checks a key against a policy: LEGACY_ALGORITHM, LEAKY_CUSTODY, WEAK_CUSTODY. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_key_check(const khoalai_key *key, const khoalai_policy *policy) KHOALAI_NONNULL((1));

/* Frees a key and sets the variable to NULL. Since 0.1.0. */
void khoalai_key_free(khoalai_key **key);

/* ---- Public keys -------------------------------------------------------------------------------- */

/* Takes a raw public key. It is checked here, once, and may be used many times. UNKNOWN_ALGORITHM,
   CLASSICAL_ONLY, LEGACY_ALGORITHM, MALFORMED, BAD_PUBLIC_KEY. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_public_key_import(unsigned int algorithm, const khoalai_policy *policy,
                                               const unsigned char *bytes, size_t len, khoalai_public_key **public_key)
    KHOALAI_NONNULL((5));

/* Reads a public key from a file's content: SubjectPublicKeyInfo in DER or PEM, or a line of OpenSSH's.
   As above; NOT_PUBLIC, TEST_ONLY, OBSOLETE_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_public_key_read(const khoalai_policy *policy, const unsigned char *content,
                                             size_t content_len, khoalai_public_key **public_key)
    KHOALAI_NONNULL((4));

/* Writes it as KHOALAI_RAW, KHOALAI_DER or KHOALAI_PEM. UNSUPPORTED (no object identifier), WRONG_VALUE,
   BUFFER_TOO_SMALL. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_public_key_write(const khoalai_public_key *public_key, unsigned int encoding,
                                              unsigned char *out, size_t *out_len)
    KHOALAI_NONNULL((1, 4));

/* What it is a key of. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_public_key_algorithm(const khoalai_public_key *public_key, unsigned int *algorithm)
    KHOALAI_NONNULL((1, 2));

/* Frees a public key and sets the variable to NULL. Since 0.1.0. */
void khoalai_public_key_free(khoalai_public_key **public_key);

/* ---- Key exchange ------------------------------------------------------------------------------- */

/* Makes a shared secret for the owner of a public key, and the ciphertext to send. With NULL for either
   output both lengths are told. UNSUPPORTED for a signature key, RANDOM_FAILED, SELF_TEST_FAILED,
   BUFFER_TOO_SMALL. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_encapsulate(const khoalai_public_key *public_key, unsigned char *ciphertext,
                                         size_t *ciphertext_len, unsigned char *secret, size_t *secret_len)
    KHOALAI_NONNULL((1, 3, 5));

/* Opens a ciphertext. One that was changed may give another secret and no error: confirm the secret in
   your protocol. UNSUPPORTED for a signature key, MALFORMED, DECAPSULATION_FAILED, what keeps a device
   from answering, BUFFER_TOO_SMALL. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_decapsulate(const khoalai_key *key, const unsigned char *ciphertext, size_t ciphertext_len,
                                         unsigned char *secret, size_t *secret_len)
    KHOALAI_NONNULL((1, 5));

/* ---- Signatures --------------------------------------------------------------------------------- */

/* Signs a message under a context (often empty, at most 255 bytes). UNSUPPORTED for a key-exchange key,
   BAD_CONTEXT, RANDOM_FAILED, SIGNING_FAILED, what keeps a device from answering, BUFFER_TOO_SMALL.
   Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_sign(const khoalai_key *key, const unsigned char *message, size_t message_len,
                                  const unsigned char *context, size_t context_len, unsigned char *signature,
                                  size_t *signature_len)
    KHOALAI_NONNULL((1, 7));

/* The same for any input (KHOALAI_INPUT_...) and hedge (KHOALAI_HEDGE_...). As above; UNSUPPORTED if
   the algorithm does not take this input, WRONG_VALUE. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_sign_input(const khoalai_key *key, unsigned int kind, const unsigned char *input,
                                        size_t input_len, const unsigned char *context, size_t context_len, int hedge,
                                        unsigned char *signature, size_t *signature_len)
    KHOALAI_NONNULL((1, 9));

/* Verifies a signature: KHOALAI_OK, VERIFICATION_FAILED, MALFORMED for a length that no signature has,
   UNSUPPORTED for a key-exchange key, BAD_CONTEXT, SELF_TEST_FAILED. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_verify(const khoalai_public_key *public_key, const unsigned char *message,
                                    size_t message_len, const unsigned char *context, size_t context_len,
                                    const unsigned char *signature, size_t signature_len)
    KHOALAI_NONNULL((1));

/* The same for any input. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_verify_input(const khoalai_public_key *public_key, unsigned int kind,
                                          const unsigned char *input, size_t input_len, const unsigned char *context,
                                          size_t context_len, const unsigned char *signature, size_t signature_len)
    KHOALAI_NONNULL((1));

/* Starts a message that is signed or verified piece by piece, for the owner of this public key.
   UNSUPPORTED for algorithms that cannot, BAD_CONTEXT. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_stream_new(const khoalai_public_key *public_key, const unsigned char *context,
                                        size_t context_len, khoalai_stream **stream)
    KHOALAI_NONNULL((1, 4));

/* Takes in the next piece. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_stream_update(khoalai_stream *stream, const unsigned char *piece, size_t piece_len)
    KHOALAI_NONNULL((1));

/* Signs all that was taken in; more may follow. WRONG_ALGORITHM or WRONG_KEY if the stream was started
   for another key; otherwise as khoalai_sign. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_stream_sign(const khoalai_stream *stream, const khoalai_key *key, unsigned char *signature,
                                         size_t *signature_len)
    KHOALAI_NONNULL((1, 2, 4));

/* Verifies a signature over all that was taken in. WRONG_ALGORITHM, WRONG_KEY; otherwise as
   khoalai_verify. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_stream_verify(const khoalai_stream *stream, const khoalai_public_key *public_key,
                                           const unsigned char *signature, size_t signature_len)
    KHOALAI_NONNULL((1, 2));

/* Frees a stream and sets the variable to NULL. Since 0.1.0. */
void khoalai_stream_free(khoalai_stream **stream);

/* ---- Hybrids of two places ---------------------------------------------------------------------- */

/* A store in memory. It keeps no keys, but remembers which ones became a half, and refuses them a
   second time. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_store_new(khoalai_store **store) KHOALAI_NONNULL((1));

/* The PKCS#11 token that a URI names, as a store. Nobody is logged in before it is needed. Errors as
   khoalai_key_open. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_store_open(const char *uri, const khoalai_token_options *options, khoalai_store **store)
    KHOALAI_NONNULL((1, 2, 3));

/* Makes both halves of a key in one token (khoalai_store_open), which combines its secrets by itself.
   khoalai_key_open opens it again. UNSUPPORTED for a store in memory, COMBINER_UNAVAILABLE. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_store_generate_key(khoalai_store *store, unsigned int algorithm, const char *name,
                                                const khoalai_policy *policy, khoalai_key **key)
    KHOALAI_NONNULL((1, 3, 5));

/* Frees a store and sets the variable to NULL. Keys and halves from it live on. Since 0.1.0. */
void khoalai_store_free(khoalai_store **store);

/* Makes a fresh half for one side (KHOALAI_POST_QUANTUM, KHOALAI_CLASSICAL) of a hybrid. A token keeps
   it under `name`; memory takes no notice of names. HALVES_MISMATCH, also for a hybrid whose keys are
   only made whole; WRONG_VALUE; what keeps the token from answering. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_half_generate(khoalai_store *store, unsigned int hybrid, int side, const char *name,
                                           khoalai_half **half)
    KHOALAI_NONNULL((1, 5));

/* Takes in a half that was made for this hybrid, elsewhere, and comes from its backup. As above;
   KEY_REUSED, MALFORMED, BAD_PRIVATE_KEY. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_half_import(khoalai_store *store, unsigned int hybrid, int side, const char *name,
                                         const unsigned char *private_key, size_t private_key_len, khoalai_half **half)
    KHOALAI_NONNULL((1, 7));

/* Opens a half that a token keeps. NOT_FOUND, also for memory, which keeps none; HALVES_MISMATCH if it was
   not made for this hybrid. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_half_open(khoalai_store *store, unsigned int hybrid, int side, const char *name,
                                       khoalai_half **half)
    KHOALAI_NONNULL((1, 4, 5));

/* Makes a half of a key of yours. The store, one in memory, remembers it. `accept` is KHOALAI_FRESH for a
   key that was made for this, otherwise KHOALAI_LOSES_FRESHNESS. `context` is released also on failure.
   HALVES_MISMATCH, KEY_REUSED, WRONG_VALUE, UNSUPPORTED for a token. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_half_from_vendor(khoalai_store *store, unsigned int hybrid, int side,
                                              const khoalai_vendor_key *vendor, void *context, int accept,
                                              khoalai_half **half)
    KHOALAI_NONNULL((1, 4, 7));

/* Makes a half of a key that is in a token already; `uri` says its name (object) or identifier (id).
   `accept` has to be KHOALAI_LOSES_FRESHNESS. NOT_FOUND, KEY_REUSED, WRONG_ALGORITHM. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_half_adopt(khoalai_store *store, unsigned int hybrid, int side, const char *uri,
                                        int accept, khoalai_half **half)
    KHOALAI_NONNULL((1, 4, 6));

/* Frees a half and sets the variable to NULL. Since 0.1.0. */
void khoalai_half_free(khoalai_half **half);

/* Joins two halves to a key. Both are used up and set to NULL, also on failure: what was refused here
   must not serve elsewhere. HALVES_MISMATCH, SAME_DEVICE (khoalai_store_generate_key) and what policies
   say. Since 0.1.0. */
KHOALAI_MUST_USE int khoalai_hybrid_new(unsigned int hybrid, const khoalai_policy *policy, khoalai_half **pq,
                                        khoalai_half **classical, khoalai_key **key)
    KHOALAI_NONNULL((3, 4, 5));

#ifdef __cplusplus
}
#endif

#endif /* KHOALAI_H */
