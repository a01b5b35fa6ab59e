/* What the examples have in common: they end at the first failure and say why, in the user's language. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <khoalai.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int in_vietnamese(void)
{
    const char *language = getenv("LANG");
    return language != NULL && strncmp(language, "vi", 2) == 0;
}

static void say(const char *english, const char *vietnamese)
{
    puts(in_vietnamese() ? vietnamese : english);
}

/* Every call's code is looked at. The text says what to do next; the name is for logs and searches. */
static void must(int code)
{
    if (code != KHOALAI_OK) {
        fprintf(stderr, "%s [%s]\n",
                khoalai_error_text(code, in_vietnamese() ? KHOALAI_VIETNAMESE : KHOALAI_ENGLISH),
                khoalai_error_name(code));
        exit(1);
    }
}

/* For what only a broken library would do. */
static void must_be(int true_or_not, const char *what)
{
    if (!true_or_not) {
        fprintf(stderr, "this must not happen: %s\n", what);
        exit(2);
    }
}

#endif
