/* W3 in C, from JSON text to JSON text: `one_decision <policy> <records> <threads> <result>`, a contestant as
 * contestant.py says. Its result is a line of JSON for each record. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)
#define IMPLEMENTATION "lifestage (C, JSON)"

static const char BEGINNING[] = "{\"as_of\": \"2024-05-31\", \"record\": ";

struct requests {
    char **texts;
    size_t *lengths;
    size_t count;
};

static void require(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "one_decision: %s\n", what);
        exit(1);
    }
}

static void require_ok(enum lifestage_status status, struct lifestage_error *const *error) {
    if (status != LIFESTAGE_STATUS_OK) {
        require(0, lifestage_error_message(*error, LIFESTAGE_LANGUAGE_ENGLISH));
    }
}

static struct requests read_requests(const char *path) {
    struct requests requests = {NULL, NULL, 0};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    require(file != NULL, path);
    while (getline(&line, &size, file) > 0) {
        size_t length = sizeof BEGINNING + strlen(line) + 1;
        char *text = malloc(length);
        requests.texts = realloc(requests.texts, (requests.count + 1) * sizeof *requests.texts);
        requests.lengths = realloc(requests.lengths, (requests.count + 1) * sizeof *requests.lengths);
        require(text != NULL && requests.texts != NULL && requests.lengths != NULL, "no memory");
        requests.lengths[requests.count] = (size_t)snprintf(text, length, "%s%s}", BEGINNING, line);
        requests.texts[requests.count] = text;
        requests.count += 1;
    }
    free(line);
    fclose(file);
    return requests;
}

/* Decides about every record; writes the answers where a file is given. */
static void decide(const struct lifestage_engine *engine, const struct requests *requests, FILE *answers) {
    for (size_t place = 0; place < requests->count; place += 1) {
        struct lifestage_text *answer = NULL;
        struct lifestage_error *error = NULL;
        require_ok(lifestage_engine_call(engine, TEXT("classify_record"), requests->texts[place],
                                         requests->lengths[place], &answer, &error), &error);
        if (answers != NULL) {
            fprintf(answers, "%s\n", lifestage_text_data(answer));
        }
        lifestage_text_free(answer);
    }
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
    require(argc == 5, "wants <policy> <records> <threads> <result>");
    struct lifestage_engine *engine = NULL;
    struct lifestage_error *error = NULL;
    require_ok(lifestage_engine_open(TEXT(argv[1]), &engine, &error), &error);
    struct requests requests = read_requests(argv[2]);
    FILE *answers = fopen(argv[4], "w");
    require(answers != NULL, argv[4]);
    decide(engine, &requests, answers);
    fclose(answers);
    printf("{\"version\": \"%s\", \"peak_extra_mb\": {\"" IMPLEMENTATION "\": null}}\n", lifestage_version());
    fflush(stdout);
    char line[16];
    while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "run\n") == 0) {
        double start = milliseconds();
        decide(engine, &requests, NULL);
        printf("{\"" IMPLEMENTATION "\": %.6f}\n", milliseconds() - start);
        fflush(stdout);
    }
    for (size_t place = 0; place < requests.count; place += 1) {
        free(requests.texts[place]);
    }
    free(requests.texts);
    free(requests.lengths);
    lifestage_engine_free(engine);
    return 0;
}
