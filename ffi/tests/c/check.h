/* What every test uses. A test goes on after a check that failed, and the program ends with 1. */
#ifndef CHECK_H
#define CHECK_H

/* NULL is passed on purpose, and compilers need not say so. */
#define KHOALAI_NONNULL(arguments)
#include "khoalai.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef COUNTING
#include "counting.h"
#endif

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define GIVES(code, call) gives(code, call, #call, __FILE__, __LINE__)
#define OK(call) GIVES(KHOALAI_OK, call)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* A length that no buffer has. */
#define NONSENSE ((size_t)-1)

int check(int holds, const char *what, const char *file, int line);
int gives(int expected, int code, const char *what, const char *file, int line);
/* Bytes that nobody writes by chance, and whether they are there still, or zeros. */
void fill(void *bytes, size_t len);
int is_filled(const void *bytes, size_t len);
int is_zero(const void *bytes, size_t len);

void test_basics(void);
void test_keys(void);
void test_exchange(void);
void test_signatures(void);
void test_halves(void);
void test_vendor(void);
void test_wrong(void);
void test_fork(void);
void test_tokens(void);
void test_threads(void);

#endif
