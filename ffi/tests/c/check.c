#include "check.h"

static int failures;

int check(int holds, const char *what, const char *file, int line) {
    if (!holds) {
        failures++;
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    }
    return holds;
}

int gives(int expected, int code, const char *what, const char *file, int line) {
    if (code != expected) {
        failures++;
        fprintf(stderr, "%s:%d: %s, not %s: %s\n", file, line, khoalai_error_name(code),
                khoalai_error_name(expected), what);
    }
    return code == expected;
}

void fill(void *bytes, size_t len) {
    memset(bytes, 0xa5, len);
}

static int is_all(const unsigned char *bytes, size_t len, unsigned char value) {
    size_t i;
    for (i = 0; i < len; i++) {
        if (bytes[i] != value) {
            return 0;
        }
    }
    return 1;
}

int is_filled(const void *bytes, size_t len) {
    return is_all((const unsigned char *)bytes, len, 0xa5);
}

int is_zero(const void *bytes, size_t len) {
    return is_all((const unsigned char *)bytes, len, 0);
}

#ifdef COUNTING
/* How every function ended, for ffi/tests/header.py --counted. */
int counted(const char *function, int code) {
    const char *path = getenv("KHOALAI_COUNTED");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%s %d\n", function, code);
        fclose(file);
    }
    return code;
}
#endif

static const struct {
    const char *name;
    void (*run)(void);
} TESTS[] = {
    {"basics", test_basics}, {"keys", test_keys},     {"exchange", test_exchange}, {"signatures", test_signatures},
    {"halves", test_halves}, {"vendor", test_vendor}, {"wrong", test_wrong},       {"fork", test_fork},
    {"tokens", test_tokens}, {"threads", test_threads},
};

/* Runs the tests that are named; without names all but those with devices. */
int main(int argc, char **argv) {
    size_t i;
    int run = 0, j;
    for (i = 0; i < COUNT(TESTS); i++) {
        int wanted = argc == 1 && strcmp(TESTS[i].name, "tokens") != 0;
        for (j = 1; j < argc; j++) {
            wanted |= strcmp(argv[j], TESTS[i].name) == 0;
        }
        if (wanted) {
            TESTS[i].run();
            printf("%s\n", TESTS[i].name);
            run++;
        }
    }
    if (run == 0) {
        fprintf(stderr, "no such test\n");
        return 2;
    }
    printf("%d tests, %d failures\n", run, failures);
    return failures != 0;
}
