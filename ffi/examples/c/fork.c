/*
 * A server that forks: keys from before the fork are not used after it, because two processes would go
 * on from one state. The child makes its own and tells the parent its public key.
 */
#define _POSIX_C_SOURCE 200112L
#include "example.h"
#include <sys/wait.h>
#include <unistd.h>

static void write_all(int to, const unsigned char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = write(to, bytes, len);
        must_be(done > 0, "the pipe is broken");
        bytes += done;
        len -= (size_t)done;
    }
}

static void read_all(int from, unsigned char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t done = read(from, bytes, len);
        must_be(done > 0, "the pipe is broken");
        bytes += done;
        len -= (size_t)done;
    }
}

static void child(khoalai_key *inherited, int to_parent, int from_parent)
{
    unsigned char public_bytes[KHOALAI_X_WING_PUBLIC_KEY_LEN], ciphertext[KHOALAI_X_WING_CIPHERTEXT_LEN];
    unsigned char secret[KHOALAI_SECRET_LEN];
    size_t len = sizeof secret;
    khoalai_key *own = NULL;
    khoalai_public_key *public_key = NULL;

    memset(ciphertext, 0, sizeof ciphertext);
    must_be(khoalai_decapsulate(inherited, ciphertext, sizeof ciphertext, secret, &len) == KHOALAI_ERROR_FORKED,
            "a key from before the fork answers in the child");
    khoalai_key_free(&inherited); /* the only thing that may be done with it */

    must(khoalai_key_generate(KHOALAI_X_WING, NULL, &own));
    must(khoalai_key_public(own, &public_key));
    len = sizeof public_bytes;
    must(khoalai_public_key_write(public_key, KHOALAI_RAW, public_bytes, &len));
    write_all(to_parent, public_bytes, len);
    read_all(from_parent, ciphertext, sizeof ciphertext);
    len = sizeof secret;
    must(khoalai_decapsulate(own, ciphertext, sizeof ciphertext, secret, &len));
    write_all(to_parent, secret, len); /* for this example only: secrets stay where they are */
    khoalai_public_key_free(&public_key);
    khoalai_key_free(&own);
    exit(0);
}

int main(void)
{
    unsigned char public_bytes[KHOALAI_X_WING_PUBLIC_KEY_LEN], ciphertext[KHOALAI_X_WING_CIPHERTEXT_LEN];
    unsigned char secret[KHOALAI_SECRET_LEN], theirs[KHOALAI_SECRET_LEN];
    size_t ciphertext_len = sizeof ciphertext, secret_len = sizeof secret;
    int up[2], down[2], ended;
    pid_t pid;
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL, *before = NULL;

    must(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    must_be(pipe(up) == 0 && pipe(down) == 0, "there are no pipes");
    pid = fork();
    must_be(pid >= 0, "there is no fork");
    if (pid == 0) {
        close(up[0]);
        close(down[1]);
        child(key, up[1], down[0]);
    }
    /* Each keeps its own ends only, so that it sees when the other ends. */
    close(up[1]);
    close(down[0]);

    read_all(up[0], public_bytes, sizeof public_bytes);
    must(khoalai_public_key_import(KHOALAI_X_WING, NULL, public_bytes, sizeof public_bytes, &public_key));
    must(khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, secret, &secret_len));
    write_all(down[1], ciphertext, ciphertext_len);
    read_all(up[0], theirs, sizeof theirs);
    must_be(waitpid(pid, &ended, 0) == pid && ended == 0, "the child failed");
    must_be(memcmp(secret, theirs, sizeof secret) == 0, "parent and child have different secrets");

    must(khoalai_key_public(key, &before)); /* the parent's own key still answers */
    khoalai_public_key_free(&before);
    khoalai_public_key_free(&public_key);
    khoalai_key_free(&key);
    say("The child refused the old key and made its own.", "Tiến trình con từ chối khóa cũ và đã tạo khóa riêng.");
    return 0;
}
