/* A child process: what was made before the fork says so there, and what it makes itself works. */
#include "check.h"
#include "chip.h"

#ifdef _WIN32
void test_fork(void) {
}
#else
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int child(khoalai_key *key, khoalai_public_key *public_key, khoalai_store *store) {
    unsigned char ciphertext[KHOALAI_X_WING_CIPHERTEXT_LEN], sent[32], got[32];
    size_t ciphertext_len = sizeof ciphertext, sent_len = 32, got_len = 32;
    khoalai_half *half = NULL;
    int good = 1;

    good &= GIVES(KHOALAI_ERROR_FORKED, khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    good &= GIVES(KHOALAI_ERROR_FORKED, khoalai_decapsulate(key, ciphertext, sizeof ciphertext, got, &got_len));
    good &= GIVES(KHOALAI_ERROR_FORKED, khoalai_half_generate(store, KHOALAI_MLKEM768_P256, 1, NULL, &half));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    khoalai_store_free(&store);
    good &= CHECK(key == NULL && public_key == NULL && store == NULL);
    ciphertext_len = sizeof ciphertext;
    sent_len = got_len = 32;
    good &= OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    good &= OK(khoalai_key_public(key, &public_key));
    good &= OK(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, sent, &sent_len));
    good &= OK(khoalai_decapsulate(key, ciphertext, ciphertext_len, got, &got_len));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    return good && memcmp(sent, got, 32) == 0;
}

void test_fork(void) {
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_store *store = NULL;
    unsigned int number = 0;
    int status = 1;
    pid_t pid;

    OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    OK(khoalai_key_public(key, &public_key));
    OK(khoalai_store_new(&store));
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        _exit(child(key, public_key, store) ? 0 : 1);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    OK(khoalai_key_algorithm(key, &number));
    khoalai_key_free(&key);
    khoalai_public_key_free(&public_key);
    khoalai_store_free(&store);
}
#endif
