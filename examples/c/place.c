/* The day's new users, each to the customer that it belongs to: a batch job of a BOSS.
 *
 *   cc place.c -o place $(pkg-config --cflags --libs lifestage)
 *   ./place
 *
 * The registry learns what is known already, places the users of an array, and learns the customers that they make, so that
 * the next user of their contracts merges into them. Nothing is copied that need not be: what the registry answers is handed
 * back to it as it lies. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROWS 6
#define FIELDS 5
#define ID 16

/* A table as this host has it: texts by field, NULL where one is not known. Numbers and dates may come as texts, too. */
struct field {
    const char *name;
    const char *texts[ROWS];
};
struct table {
    const char *name;
    size_t rows, fields;
    struct field field[FIELDS];
};

static const struct table KNOWN[] = {
    {"contracts", 1, 2, {{"account_id", {"C1"}}, {"customer_id", {"K1"}}}},
    {"customers", 1, 2, {{"customer_id", {"K1"}}, {"community", {"城东二片1社区"}}}},
    {"boxes", 2, 2, {{"box", {"J12", "J13"}}, {"community", {"城东二片1社区", "城东二片2社区"}}}},
    {"segments", 1, 2, {{"prefix", {"0771-55"}}, {"contracted_area", {"统包区T3"}}}},
    {"billing_areas", 1, 2, {{"billing_area", {"南宁"}}, {"unassigned_community", {"南宁公众客户未分配社区"}}}},
};
static const struct table TODAY = {"users", 6, 5,
    {{"user_id", {"u1", "u2", "u3", "u4", "u5", "u6"}},
     {"account_id", {"C1", "C2", "C2", NULL, "C4", "C5"}},
     {"box", {NULL, "J13", NULL, NULL, NULL, NULL}},
     {"service_number", {NULL, NULL, NULL, "0771-5512345", NULL, NULL}},
     {"billing_area", {"南宁", "南宁", "南宁", "南宁", "南宁", "南宁市"}}}};
static const struct table TOMORROW = {"users", 1, 2, {{"user_id", {"u7"}}, {"account_id", {"C2"}}}};

static void *room(size_t bytes) {
    void *room = malloc(bytes);
    if (room) return room;
    perror("place");
    exit(EXIT_FAILURE);
}

/* A column of texts in the form that lifestage borrows; free it with free_columns. */
static lifestage_column text_column(const char *name, const char *const *texts, size_t rows) {
    size_t bytes = 0;
    for (size_t row = 0; row < rows; row++) bytes += texts[row] ? strlen(texts[row]) : 0;
    char *values = room(bytes + 1);
    int32_t *offsets = room((rows + 1) * sizeof *offsets);
    uint8_t *validity = room(rows + 1);
    offsets[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        size_t len = texts[row] ? strlen(texts[row]) : 0;
        validity[row] = texts[row] != NULL;
        if (len) memcpy(values + offsets[row], texts[row], len);
        offsets[row + 1] = offsets[row] + (int32_t)len;
    }
    return (lifestage_column){.name = name, .type = LIFESTAGE_TYPE_UTF8, .rows = rows, .values = values,
                              .offsets = offsets, .validity = validity};
}

static void free_columns(lifestage_column *columns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free((void *)columns[i].values);
        free((void *)columns[i].offsets);
        free((void *)columns[i].validity);
    }
}

/* Adds a table of this host; its columns are to live until all that is made of it is freed. */
static bool put(lifestage_tables *tables, const struct table *table, lifestage_column *columns, lifestage_error **error) {
    for (size_t i = 0; i < table->fields; i++) {
        columns[i] = text_column(table->field[i].name, table->field[i].texts, table->rows);
    }
    return lifestage_tables_put_columns(tables, TEXT(table->name), columns, table->fields, error) == LIFESTAGE_STATUS_OK;
}

static const lifestage_column *column(const lifestage_batch *batch, const char *name) {
    const lifestage_column *column = NULL;
    lifestage_batch_column(batch, TEXT(name), &column, NULL);
    return column;
}

static bool has_value(const lifestage_column *column, size_t row) { return !column->validity || column->validity[row]; }

static size_t code_at(const lifestage_column *codes, size_t row) {
    switch (codes->type) {
    case LIFESTAGE_TYPE_UINT8: return ((const uint8_t *)codes->values)[row];
    case LIFESTAGE_TYPE_UINT16: return ((const uint16_t *)codes->values)[row];
    default: return ((const uint32_t *)codes->values)[row];
    }
}

/* Prints a text, or a code by its name, and before it what leads to it; nothing where there is none. */
static void print(const char *before, const lifestage_column *texts, size_t row) {
    if (!has_value(texts, row)) return;
    size_t place = texts->names ? code_at(texts, row) : row;
    if (texts->names) texts = texts->names;
    int32_t first = texts->offsets[place];
    printf("%s%.*s", before, (int)(texts->offsets[place + 1] - first), (const char *)texts->values + first);
}

/* Who belongs where, and why; or what is wrong with the row, and what to do about it. */
static void print_placements(const lifestage_batch *batch) {
    const lifestage_column *number = column(batch, "new_customer"), *reasons = column(batch, "reasons");
    for (size_t row = 0; row < lifestage_batch_rows(batch); row++) {
        print("", column(batch, "user_id"), row);
        print(" ", column(batch, "placement"), row);
        print(" ", column(batch, "community"), row);
        print(", customer ", column(batch, "customer_id"), row);
        if (has_value(number, row)) printf(", new customer %u", ((const uint32_t *)number->values)[row]);
        for (int32_t item = reasons->offsets[row]; item < reasons->offsets[row + 1]; item++) {
            print(item == reasons->offsets[row] ? ": " : " ", reasons->items, (size_t)item);
        }
        print(": ", column(batch, "error.code"), row);
        print(" at ", column(batch, "error.path"), row);
        print(", found ", column(batch, "error.found"), row);
        print("; ", column(batch, "error.fix"), row);
        putchar('\n');
    }
}

/* Prints the changes that were not made and why, and how many there were; nothing where there were none. */
static bool print_told(lifestage_tables *told, lifestage_error **error) {
    lifestage_batch *batch = NULL;
    while (lifestage_tables_next(told, TEXT("rejects"), &batch, error) == LIFESTAGE_STATUS_OK && batch) {
        for (size_t row = 0; row < lifestage_batch_rows(batch); row++) {
            print("refused: ", column(batch, "code"), row);
            print("; ", column(batch, "fix"), row);
            putchar('\n');
        }
        lifestage_batch_free(batch);
    }
    if (*error || lifestage_tables_next(told, TEXT("report"), &batch, error) != LIFESTAGE_STATUS_OK || !batch) return false;
    const uint64_t *applied = column(batch, "applied")->values, *rejected = column(batch, "rejected")->values;
    if (*applied + *rejected > 0) {
        printf("%llu changes made, %llu refused\n", (unsigned long long)*applied, (unsigned long long)*rejected);
    }
    lifestage_batch_free(batch);
    return true;
}

/* Tells the registry tables, which are taken. */
static bool tell(const lifestage_handle *registry, lifestage_tables *tables, lifestage_error **error) {
    lifestage_tables *told = NULL;
    lifestage_handle_update_batch(registry, tables, TEXT("{}"), NULL, &told, error);
    bool is_told = told && print_told(told, error);
    lifestage_tables_free(told);
    return is_told;
}

/* Hands new customers back, each with the id that this host gives it: the answer's columns, and one more. */
static bool make_customers(const lifestage_handle *registry, const lifestage_batch *commands, unsigned *customers,
                           lifestage_error **error) {
    size_t rows = lifestage_batch_rows(commands);
    char(*ids)[ID] = room((rows + 1) * sizeof *ids);
    const char **texts = room((rows + 1) * sizeof *texts);
    for (size_t row = 0; row < rows; row++) {
        snprintf(ids[row], ID, "K%u", ++*customers);
        texts[row] = ids[row];
    }
    lifestage_column id = text_column("customer_id", texts, rows);
    const lifestage_column changes[] = {*column(commands, "kind"), *column(commands, "account_id"),
                                        *column(commands, "community"), *column(commands, "box"), id};
    lifestage_tables *tables = lifestage_tables_new();
    bool is_told = false;
    if (lifestage_tables_put_columns(tables, TEXT("changes"), changes, COUNT(changes), error) == LIFESTAGE_STATUS_OK) {
        is_told = tell(registry, tables, error);
    } else {
        lifestage_tables_free(tables);
    }
    free_columns(&id, 1);
    free(texts);
    free(ids);
    return is_told;
}

/* Prints where the users of an answer belong, and makes the new customers. */
static bool use_answer(const lifestage_handle *registry, lifestage_tables *answer, unsigned *customers,
                       lifestage_error **error) {
    lifestage_batch *batch = NULL;
    bool goes_on = true;
    while (lifestage_tables_next(answer, TEXT("placements"), &batch, error) == LIFESTAGE_STATUS_OK && batch) {
        print_placements(batch);
        lifestage_batch_free(batch);
    }
    while (goes_on && !*error && lifestage_tables_next(answer, TEXT("commands"), &batch, error) == LIFESTAGE_STATUS_OK
           && batch) {
        goes_on = make_customers(registry, batch, customers, error);
        lifestage_batch_free(batch);
    }
    return goes_on && !*error;
}

/* Places users; a question changes nothing, so users in error are simply asked about again when they are corrected. */
static bool place(const lifestage_handle *registry, const struct table *users, unsigned *customers,
                  lifestage_error **error) {
    lifestage_column columns[FIELDS] = {{0}};
    lifestage_tables *asked = lifestage_tables_new(), *answer = NULL;
    if (put(asked, users, columns, error)) {
        lifestage_handle_query_batch(registry, asked, TEXT("{}"), NULL, &answer, error);
    } else {
        lifestage_tables_free(asked);
    }
    bool is_placed = answer && use_answer(registry, answer, customers, error);
    lifestage_tables_free(answer);
    free_columns(columns, FIELDS);
    return is_placed;
}

/* Loads what is known; all of it or, with an error, nothing. */
static bool load(const lifestage_handle *registry, lifestage_error **error) {
    lifestage_column columns[COUNT(KNOWN)][FIELDS] = {{{0}}};
    lifestage_tables *tables = lifestage_tables_new();
    bool is_loaded = true;
    for (size_t i = 0; is_loaded && i < COUNT(KNOWN); i++) is_loaded = put(tables, &KNOWN[i], columns[i], error);
    if (is_loaded) {
        is_loaded = tell(registry, tables, error);
    } else {
        lifestage_tables_free(tables);
    }
    for (size_t i = 0; i < COUNT(KNOWN); i++) free_columns(columns[i], FIELDS);
    return is_loaded;
}

int main(void) {
    lifestage_engine *engine = NULL;
    lifestage_handle *registry = NULL;
    lifestage_error *error = NULL;
    unsigned customers = 1; /* K1 is taken */
    bool is_done = lifestage_engine_new(TEXT("china-telecom"), &engine, &error) == LIFESTAGE_STATUS_OK
        && lifestage_handle_open(engine, TEXT("registry"), TEXT("{}"), &registry, &error) == LIFESTAGE_STATUS_OK
        && load(registry, &error) && place(registry, &TODAY, &customers, &error)
        && place(registry, &TOMORROW, &customers, &error);
    if (error) fprintf(stderr, "%s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    lifestage_error_free(error);
    lifestage_handle_free(registry);
    lifestage_engine_free(engine);
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
