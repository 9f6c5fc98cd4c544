/* Replays the shared vectors through the C ABI and compares bytes.
 *
 * cases.tsv: a first line "cases", tab, their number; then a case a line, separated by tabs: id, policy, operation,
 * outcome ("ok" or "error"), request, expected response or error. Steps of a handle have a verb for an operation: "open"
 * with the handle's name, "restore", "update", "query", "serialise", "close"; the handle that "open" or "restore" gave is
 * that of the lines that follow. The ids of the cases that passed are written to ran-c.txt beside it. */
#define _POSIX_C_SOURCE 200809L

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)
#define ENGINES 1024

/* A line of cases.tsv. */
struct vector {
    char *id, *policy, *operation, *outcome, *request, *expected;
};

/* The engine of a policy, or why there is none; opened once. */
struct opened {
    char *policy;
    lifestage_engine *engine;
    lifestage_error *error;
};

static struct opened engines[ENGINES];
static size_t engine_count;

/* The handle that the last "open" or "restore" gave. */
static lifestage_handle *handle;

static FILE *open_beside_cases(const char *name, const char *mode) {
    const char *directory = getenv("LIFESTAGE_VECTORS");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "target/vectors", name);
    FILE *file = fopen(path, mode);
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

/* The next field of a line, which it cuts off; "" where there is none. */
static char *field(char **line) {
    char *start = *line;
    char *tab = strpbrk(start, "\t\n");
    *line = tab ? tab + 1 : start + strlen(start);
    if (tab) *tab = '\0';
    return start;
}

static struct vector vector_of(char *line) {
    struct vector vector;
    vector.id = field(&line);
    vector.policy = field(&line);
    vector.operation = field(&line);
    vector.outcome = field(&line);
    vector.request = field(&line);
    vector.expected = field(&line);
    return vector;
}

static const struct opened *engine_of(const char *policy) {
    for (size_t i = 0; i < engine_count; i++) {
        if (strcmp(engines[i].policy, policy) == 0) return &engines[i];
    }
    if (engine_count == ENGINES) {
        fprintf(stderr, "more than %d policies\n", ENGINES);
        exit(EXIT_FAILURE);
    }
    struct opened *opened = &engines[engine_count++];
    opened->policy = strdup(policy);
    lifestage_engine_new(TEXT(policy), &opened->engine, &opened->error);
    return opened;
}

static void free_engines(void) {
    for (size_t i = 0; i < engine_count; i++) {
        free(engines[i].policy);
        lifestage_engine_free(engines[i].engine);
        lifestage_error_free(engines[i].error);
    }
}

static bool matches(const struct vector *vector, const char *outcome, const char *answer) {
    if (strcmp(vector->outcome, outcome) == 0 && strcmp(vector->expected, answer) == 0) return true;
    printf("%s\n  expected %s %s\n  got      %s %s\n", vector->id, vector->outcome, vector->expected, outcome, answer);
    return false;
}

static bool is_verb(const struct vector *vector, const char *verb) { return strcmp(vector->operation, verb) == 0; }

/* Makes the call of a line: it gives a response, an error, or neither where a verb has nothing to say. */
static void call(const lifestage_engine *engine, const struct vector *vector, lifestage_text **response,
                 lifestage_error **error) {
    const char open[] = "open ";
    bool opens = strncmp(vector->operation, open, strlen(open)) == 0;
    if (opens || is_verb(vector, "restore")) {
        lifestage_handle_free(handle);
        handle = NULL;
    }
    if (opens) {
        lifestage_handle_open(engine, TEXT(vector->operation + strlen(open)), TEXT(vector->request), &handle, error);
    } else if (is_verb(vector, "restore")) {
        lifestage_handle_restore(engine, TEXT(vector->request), &handle, error);
    } else if (is_verb(vector, "update")) {
        lifestage_handle_update(handle, TEXT(vector->request), response, error);
    } else if (is_verb(vector, "query")) {
        lifestage_handle_query(handle, TEXT(vector->request), response, error);
    } else if (is_verb(vector, "serialise")) {
        lifestage_handle_serialise(handle, response, error);
    } else if (is_verb(vector, "close")) {
        lifestage_handle_free(handle);
        handle = NULL;
    } else {
        lifestage_engine_call(engine, TEXT(vector->operation), TEXT(vector->request), response, error);
    }
}

static bool passes(const struct vector *vector) {
    const struct opened *opened = engine_of(vector->policy);
    if (!opened->engine) return matches(vector, "error", lifestage_error_json(opened->error));
    lifestage_text *response = NULL;
    lifestage_error *error = NULL;
    call(opened->engine, vector, &response, &error);
    bool passed = error ? matches(vector, "error", lifestage_error_json(error))
                        : matches(vector, "ok", response ? lifestage_text_data(response) : "");
    lifestage_text_free(response);
    lifestage_error_free(error);
    return passed;
}

/* With the name of a policy, only its cases: under valgrind opening one policy takes half a second, and there are hundreds. */
int main(int argc, char **argv) {
    const char *only = argc > 1 ? argv[1] : NULL;
    FILE *cases = open_beside_cases("cases.tsv", "r");
    FILE *ran = only ? NULL : open_beside_cases("ran-c.txt", "w");
    size_t listed = 0, passed = 0, failed = 0, passed_over = 0, capacity = 0;
    char *line = NULL;
    bool counted = fscanf(cases, "cases\t%zu\n", &listed) == 1;
    while (getline(&line, &capacity, cases) > 0) {
        struct vector vector = vector_of(line);
        if (only && strcmp(only, vector.policy) != 0) {
            passed_over++;
        } else if (passes(&vector)) {
            if (ran) fprintf(ran, "%s\n", vector.id);
            passed++;
        } else {
            failed++;
        }
    }
    free(line);
    lifestage_handle_free(handle);
    free_engines();
    fclose(cases);
    bool written = !ran || fclose(ran) == 0;
    bool complete = counted && passed > 0 && passed + failed + passed_over == listed;
    if (!complete) printf("cases.tsv lists %zu cases, %zu ran\n", listed, passed + failed);
    printf("%zu passed, %zu failed\n", passed, failed);
    return complete && written && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
