/* What the C tests share: checks, and the loop that runs them. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)
#define CHECK(condition) check((condition), #condition, __LINE__)
#define TEST(name) {#name, name}
#define RUN(tests) run(tests, sizeof tests / sizeof *tests)

struct test {
    const char *name;
    void (*run)(void);
};

/* Whether every check of the running test held. */
static bool holds;

static inline void check(bool condition, const char *text, int line) {
    if (condition) return;
    printf("  line %d: %s\n", line, text);
    holds = false;
}

static inline lifestage_engine *china_telecom(void) {
    lifestage_engine *engine = NULL;
    CHECK(lifestage_engine_new(TEXT("china-telecom"), &engine, NULL) == LIFESTAGE_STATUS_OK);
    return engine;
}

/* Checks that an error has this status and says this, and frees it. */
static inline void check_error(lifestage_error *error, lifestage_status status, const char *code, const char *path) {
    char expected[128];
    snprintf(expected, sizeof expected, "{\"code\":\"%s\",\"path\":\"%s\"", code, path);
    const char *json = lifestage_error_json(error);
    bool is_expected = lifestage_error_status(error) == status && json && strstr(json, expected);
    if (!is_expected) printf("  expected %d %s\n  got      %d %s\n", status, expected, lifestage_error_status(error), json);
    CHECK(is_expected);
    lifestage_error_free(error);
}

static inline int run(const struct test *tests, size_t count) {
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        holds = true;
        tests[i].run();
        if (holds) continue;
        printf("FAILED %s\n", tests[i].name);
        failed++;
    }
    printf("%zu passed, %zu failed\n", count - failed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
