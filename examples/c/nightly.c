/* The nightly run over a file of customers: a block of lines at a time becomes columns, columns become decisions.
 *
 *   cc nightly.c -o nightly $(pkg-config --cflags --libs lifestage)
 *   ./nightly customers.csv decisions.csv 2024-05-31
 *
 * Lines of customers.csv: user id, status, months of tenure, complaints in three months, twelve monthly bills in yuan, the
 * newest last; a field that is empty is not known. Memory does not grow with the file. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)
#define BLOCK 16384
#define MONTHS 12
#define LINE 1024
#define ID 64

static const char *const STATUSES = "prospectactivesuspendedterminated";
static const int32_t STATUS_ENDS[] = {0, 8, 14, 23, 33};

/* Some customers, by columns. */
struct block {
    size_t rows;
    char ids[BLOCK * ID];
    int32_t id_ends[BLOCK + 1];
    uint8_t status[BLOCK], has_status[BLOCK];
    int32_t tenure[BLOCK], complaints[BLOCK];
    uint8_t has_tenure[BLOCK], has_complaints[BLOCK];
    int64_t fee[BLOCK * MONTHS];
    uint8_t has_fee[BLOCK * MONTHS];
};

struct input {
    const char *path;
    FILE *file;
};

struct totals {
    size_t lines, decided, warned, in_error, unreadable;
};

/* The next field of a line, which it cuts off; NULL where there is none. */
static char *field(char **line) {
    char *start = *line;
    if (!start) return NULL;
    char *end = strpbrk(start, ",\r\n");
    *line = end && *end == ',' ? end + 1 : NULL;
    if (end) *end = '\0';
    return start;
}

static bool read_whole(const char *text, int32_t *value, uint8_t *has_value) {
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : 0;
    *has_value = text && *text;
    *value = (int32_t)number;
    return text && *end == '\0' && number >= INT32_MIN && number <= INT32_MAX;
}

/* Reads yuan with at most two decimals, exactly: never through a float. */
static bool read_fen(const char *text, int64_t *fen, uint8_t *has_value) {
    *fen = 0;
    *has_value = text && *text;
    if (!text) return false;
    bool is_negative = *text == '-';
    int decimals = -1;
    for (text += is_negative; *text; text++) {
        if (*text == '.' && decimals < 0) {
            decimals = 0;
        } else if (*text >= '0' && *text <= '9' && decimals < 2 && *fen < INT64_MAX / 1000) {
            *fen = *fen * 10 + (*text - '0');
            decimals += decimals >= 0;
        } else {
            return false;
        }
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++) *fen *= 10;
    if (is_negative) *fen = -*fen;
    return true;
}

static bool read_status(const char *text, uint8_t *status, uint8_t *has_status) {
    *status = 0;
    *has_status = text && *text;
    if (!text || !*text) return text != NULL;
    for (uint8_t code = 0; code < 4; code++) {
        size_t len = (size_t)(STATUS_ENDS[code + 1] - STATUS_ENDS[code]);
        *status = code;
        if (strlen(text) == len && memcmp(STATUSES + STATUS_ENDS[code], text, len) == 0) return true;
    }
    return false;
}

/* Adds the customer of a line; false leaves the block as it was. */
static bool read_customer(struct block *block, char *line) {
    size_t row = block->rows;
    const char *id = field(&line);
    size_t len = strlen(id);
    if (len >= ID || !read_status(field(&line), &block->status[row], &block->has_status[row])
        || !read_whole(field(&line), &block->tenure[row], &block->has_tenure[row])
        || !read_whole(field(&line), &block->complaints[row], &block->has_complaints[row])) {
        return false;
    }
    for (size_t month = row * MONTHS; month < (row + 1) * MONTHS; month++) {
        if (!read_fen(field(&line), &block->fee[month], &block->has_fee[month])) return false;
    }
    memcpy(block->ids + block->id_ends[row], id, len);
    block->id_ends[row + 1] = block->id_ends[row] + (int32_t)len;
    block->rows++;
    return line == NULL;
}

/* Fills the block with the next lines; false at the end of the file. */
static bool read_block(const struct input *in, struct block *block, struct totals *totals) {
    char line[LINE];
    block->rows = 0;
    while (block->rows < BLOCK && fgets(line, sizeof line, in->file)) {
        totals->lines++;
        if (read_customer(block, line)) continue;
        fprintf(stderr, "%s:%zu: not a line of customers\n", in->path, totals->lines);
        totals->unreadable++;
    }
    return block->rows > 0;
}

/* The decisions about a block, to be read; NULL and an error if there are none. */
static lifestage_tables *decide(const lifestage_engine *engine, const struct block *block, const char *as_of,
                                lifestage_error **error) {
    size_t rows = block->rows;
    const lifestage_column statuses = {.type = LIFESTAGE_TYPE_UTF8, .rows = 4, .values = STATUSES, .offsets = STATUS_ENDS};
    const lifestage_column bills = {.type = LIFESTAGE_TYPE_DECIMAL64, .places = 2, .rows = rows * MONTHS,
                                    .values = block->fee, .validity = block->has_fee};
    const lifestage_column columns[] = {
        {.name = "user_id", .type = LIFESTAGE_TYPE_UTF8, .rows = rows, .values = block->ids, .offsets = block->id_ends},
        {.name = "status", .type = LIFESTAGE_TYPE_UINT8, .rows = rows, .values = block->status,
         .validity = block->has_status, .names = &statuses},
        {.name = "tenure_months", .type = LIFESTAGE_TYPE_INT32, .rows = rows, .values = block->tenure,
         .validity = block->has_tenure},
        {.name = "complaints_3m", .type = LIFESTAGE_TYPE_INT32, .rows = rows, .values = block->complaints,
         .validity = block->has_complaints},
        {.name = "fee", .type = LIFESTAGE_TYPE_LIST, .rows = rows, .items = &bills},
    };
    char params[64];
    snprintf(params, sizeof params, "{\"as_of\": \"%.10s\"}", as_of);
    lifestage_tables *view = lifestage_tables_new(), *decided = NULL;
    if (lifestage_tables_put_columns(view, TEXT("view"), columns, sizeof columns / sizeof *columns, error)
        != LIFESTAGE_STATUS_OK) {
        lifestage_tables_free(view);
    } else {
        lifestage_engine_call_batch(engine, TEXT("classify"), view, TEXT(params), NULL, &decided, error);
    }
    return decided;
}

static const lifestage_column *column(const lifestage_batch *batch, const char *name) {
    const lifestage_column *column = NULL;
    lifestage_batch_column(batch, TEXT(name), &column, NULL);
    return column;
}

static bool has_value(const lifestage_column *column, size_t row) { return !column->validity || column->validity[row]; }

static void write_text(FILE *out, const lifestage_column *texts, size_t row) {
    if (!has_value(texts, row)) return;
    int32_t first = texts->offsets[row];
    fprintf(out, "%.*s", (int)(texts->offsets[row + 1] - first), (const char *)texts->values + first);
}

static void write_code(FILE *out, const lifestage_column *codes, size_t row) {
    if (has_value(codes, row)) write_text(out, codes->names, ((const uint8_t *)codes->values)[row]);
}

/* Writes user id, stage, tier, warnings and the code of what is wrong with a row. */
static void write_decisions(FILE *out, const lifestage_batch *batch, struct totals *totals) {
    const lifestage_column *warnings = column(batch, "warnings"), *error = column(batch, "error.code");
    const uint16_t *fired = warnings->items->values;
    for (size_t row = 0; row < lifestage_batch_rows(batch); row++) {
        write_text(out, column(batch, "user_id"), row);
        fputc(',', out);
        write_code(out, column(batch, "stage"), row);
        fputc(',', out);
        write_code(out, column(batch, "tier"), row);
        fputc(',', out);
        for (int32_t item = warnings->offsets[row]; item < warnings->offsets[row + 1]; item++) {
            if (item > warnings->offsets[row]) fputc(' ', out);
            write_text(out, warnings->items->names, fired[item]);
        }
        fputc(',', out);
        write_text(out, error, row);
        fputc('\n', out);
        totals->warned += warnings->offsets[row] < warnings->offsets[row + 1];
        totals->in_error += has_value(error, row);
    }
    totals->decided += lifestage_batch_rows(batch);
}

/* A misspelt column is no fact: without this check it would only be missing. */
static bool reads_all_columns(const lifestage_batch *batch) {
    const char *unread = lifestage_batch_metadata(batch, TEXT("lifestage.unread_columns"));
    if (unread && strcmp(unread, "[]") == 0) return true;
    fprintf(stderr, "columns that are no facts: %s\n", unread ? unread : "unknown");
    return false;
}

/* Decides about a block and writes it; false, with an error or a message, if that fails. */
static bool decide_and_write(const lifestage_engine *engine, const struct block *block, const char *as_of, FILE *out,
                             struct totals *totals, lifestage_error **error) {
    lifestage_tables *decided = decide(engine, block, as_of, error);
    lifestage_batch *batch = NULL;
    bool goes_on = decided != NULL;
    while (goes_on && lifestage_tables_next(decided, TEXT("decisions"), &batch, error) == LIFESTAGE_STATUS_OK && batch) {
        goes_on = reads_all_columns(batch);
        if (goes_on) write_decisions(out, batch, totals);
        lifestage_batch_free(batch);
    }
    lifestage_tables_free(decided);
    return goes_on && !*error;
}

/* Decides about the whole file; what stops it goes to stderr. */
static bool run(const struct input *in, FILE *out, const char *as_of, struct totals *totals) {
    lifestage_engine *engine = NULL;
    lifestage_error *error = NULL;
    struct block *block = calloc(1, sizeof *block);
    lifestage_engine_new(TEXT("china-telecom"), &engine, &error);
    fputs("user_id,stage,tier,warnings,error\n", out);
    bool goes_on = engine != NULL;
    while (goes_on && read_block(in, block, totals)) {
        goes_on = decide_and_write(engine, block, as_of, out, totals, &error);
    }
    if (error) fprintf(stderr, "%s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    lifestage_error_free(error);
    free(block);
    lifestage_engine_free(engine);
    return goes_on;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s CUSTOMERS DECISIONS AS_OF\n", argv[0]);
        return EXIT_FAILURE;
    }
    struct input in = {argv[1], fopen(argv[1], "r")};
    FILE *out = in.file ? fopen(argv[2], "w") : NULL;
    if (!out) {
        perror(argv[in.file ? 2 : 1]);
        return EXIT_FAILURE;
    }
    struct totals totals = {0};
    bool failed = !run(&in, out, argv[3], &totals);
    failed |= ferror(in.file) != 0;
    fclose(in.file);
    failed |= fclose(out) != 0;
    printf("%zu decided, %zu of them warned, %zu in error; %zu lines unreadable\n", totals.decided, totals.warned,
           totals.in_error, totals.unreadable);
    return failed || totals.unreadable ? EXIT_FAILURE : EXIT_SUCCESS;
}
