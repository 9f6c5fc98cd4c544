/* Tests plain columns: what is decided of them is what records say, and whatever is wrong with them has a name. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "customers.h"

#define PARAMS "{\"as_of\":\"" AS_OF "\"}"
#define FEW "{\"as_of\":\"" AS_OF "\",\"columns\":[\"stage\",\"tier\",\"warnings_mask\"]}"
#define THREADS 8
#define CALLS 5
/* So many that two threads share them. */
#define MANY 33000

/* Opened once: that alone takes seconds under valgrind. */
static lifestage_engine *engine;

/* The decisions about these columns, not yet read. */
static lifestage_tables *classified(const lifestage_engine *with, const lifestage_column *columns, const char *params) {
    lifestage_tables *view = lifestage_tables_new(), *result = NULL;
    lifestage_error *error = NULL;
    lifestage_tables_put_columns(view, TEXT("view"), columns, FACTS, &error);
    if (!error) lifestage_engine_call_batch(with, TEXT("classify"), view, TEXT(params), NULL, &result, &error);
    if (error) printf("  %s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    CHECK(!error);
    lifestage_error_free(error);
    return result;
}

static lifestage_batch *next_of(const lifestage_tables *tables, const char *name) {
    lifestage_batch *batch = NULL;
    CHECK(lifestage_tables_next(tables, TEXT(name), &batch, NULL) == LIFESTAGE_STATUS_OK);
    return batch;
}

static lifestage_batch *next(const lifestage_tables *tables) { return next_of(tables, "decisions"); }

static const lifestage_column *column(const lifestage_batch *batch, const char *name) {
    const lifestage_column *column = NULL;
    CHECK(lifestage_batch_column(batch, TEXT(name), &column, NULL) == LIFESTAGE_STATUS_OK);
    return column;
}

static bool has_value(const lifestage_column *column, size_t row) { return !column->validity || column->validity[row]; }

static size_t code(const lifestage_column *column, size_t row) {
    return column->type == LIFESTAGE_TYPE_UINT8 ? ((const uint8_t *)column->values)[row]
                                                : ((const uint16_t *)column->values)[row];
}

/* Writes a text, or the name of a code, as JSON; the tests' texts hold nothing that JSON escapes. */
static char *write_text(char *out, const lifestage_column *column, size_t row) {
    if (!has_value(column, row)) return out + sprintf(out, "null");
    if (column->names) return write_text(out, column->names, code(column, row));
    int32_t first = column->offsets[row], end = column->offsets[row + 1];
    return out + sprintf(out, "\"%.*s\"", (int)(end - first), (const char *)column->values + first);
}

static char *write_list(char *out, const lifestage_column *column, size_t row) {
    out += sprintf(out, "[");
    for (int32_t item = column->offsets[row]; item < column->offsets[row + 1]; item++) {
        if (item > column->offsets[row]) out += sprintf(out, ",");
        out = write_text(out, column->items, (size_t)item);
    }
    return out + sprintf(out, "]");
}

/* Writes a decision as the record form does. */
static void write_decision(char *out, const lifestage_batch *batch, size_t row) {
    static const char *const texts[] = {"user_id", "customer_id", "status", "months_since_exit", "stage", "tier"};
    static const char *const lists[] = {"reasons", "warnings", "insufficient", "shadow"};
    static const char *const fault[] = {"code", "path", "found", "expected", "fix"};
    for (size_t i = 0; i < 6; i++) {
        out += sprintf(out, "%s\"%s\":", i ? "," : "{", texts[i]);
        out = write_text(out, column(batch, texts[i]), row);
    }
    for (size_t i = 0; i < 4; i++) {
        out += sprintf(out, ",\"%s\":", lists[i]);
        out = write_list(out, column(batch, lists[i]), row);
    }
    out += sprintf(out, ",\"stage_since\":null,\"error\":");
    if (!has_value(column(batch, "error.code"), row)) {
        sprintf(out, "null");
        return;
    }
    for (size_t i = 0; i < 5; i++) {
        char name[32];
        sprintf(name, "error.%s", fault[i]);
        out += sprintf(out, "%s\"%s\":", i ? "," : "{", fault[i]);
        out = write_text(out, column(batch, name), row);
    }
    sprintf(out, "}");
}

static void decisions_about_columns_are_those_about_records(void) {
    struct customers *customers = customers_new(200);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, PARAMS);
    lifestage_batch *batch = next(result);
    CHECK(lifestage_batch_rows(batch) == customers->rows);
    size_t broken = 0, warned = 0;
    for (size_t row = 0; row < customers->rows; row++) {
        char record[2048], decision[4096];
        lifestage_text *response = NULL;
        customers_record(customers, row, record);
        write_decision(decision, batch, row);
        CHECK(lifestage_engine_call(engine, TEXT("classify_record"), TEXT(record), &response, NULL) == LIFESTAGE_STATUS_OK);
        bool is_equal = strncmp(lifestage_text_data(response), decision, strlen(decision)) == 0;
        if (!is_equal) printf("  record  %s\n  columns %s\n", lifestage_text_data(response), decision);
        CHECK(is_equal);
        lifestage_text_free(response);
        broken += has_value(column(batch, "error.code"), row);
        warned += ((const uint64_t *)column(batch, "warnings_mask")->values)[row] != 0;
    }
    CHECK(broken == (customers->rows - 6) / BROKEN_EVERY + 1);
    CHECK(warned > 0);
    lifestage_batch_free(batch);
    CHECK(next(result) == NULL);
    lifestage_tables_free(result);
    customers_free(customers);
}

static void results_name_their_columns_tables_and_policy(void) {
    struct customers *customers = customers_new(3);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, "{\"as_of\":\"" AS_OF "\",\"columns\":[\"tier\",\"stage\"]}");
    CHECK(lifestage_tables_count(result) == 1);
    CHECK(strcmp(lifestage_tables_name(result, 0), "decisions") == 0);
    CHECK(lifestage_tables_name(result, 1) == NULL);
    lifestage_batch *batch = next(result);
    lifestage_tables_free(result);
    CHECK(lifestage_batch_column_count(batch) == 2);
    CHECK(strcmp(lifestage_batch_column_at(batch, 0)->name, "stage") == 0);
    CHECK(strcmp(lifestage_batch_column_at(batch, 1)->name, "tier") == 0);
    CHECK(lifestage_batch_column_at(batch, 2) == NULL);
    CHECK(strlen(lifestage_batch_metadata(batch, TEXT("lifestage.digest"))) == 64);
    CHECK(lifestage_batch_metadata(batch, TEXT("lifestage.none")) == NULL);
    lifestage_error *error = NULL;
    const lifestage_column *none = NULL;
    CHECK(lifestage_batch_column(batch, TEXT("stag"), &none, &error) == LIFESTAGE_STATUS_REQUEST);
    CHECK(none == NULL && strstr(lifestage_error_json(error), "did you mean `stage`?"));
    check_error(error, LIFESTAGE_STATUS_REQUEST, "UNKNOWN_COLUMN", "name");
    lifestage_batch_free(batch);
    customers_free(customers);
}

static void a_result_names_the_columns_that_were_not_read(void) {
    struct customers *customers = customers_new(3);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    columns[TENURE].name = "tenure_month";
    lifestage_tables *result = classified(engine, columns, PARAMS);
    lifestage_batch *batch = next(result);
    CHECK(strcmp(lifestage_batch_metadata(batch, TEXT("lifestage.unread_columns")), "[\"tenure_month\"]") == 0);
    CHECK(strcmp(lifestage_batch_metadata(batch, TEXT("lifestage.misspelt_columns")),
                 "{\"tenure_month\":\"tenure_months\"}") == 0);
    CHECK(strcmp(lifestage_batch_metadata(batch, TEXT("lifestage.as_of")), AS_OF) == 0);
    CHECK(strcmp(lifestage_batch_metadata(batch, TEXT("lifestage.version")), lifestage_version()) == 0);
    CHECK(strncmp(lifestage_batch_metadata(batch, TEXT("lifestage.rules")), "[\"EWS-01\",", 10) == 0);
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    customers_free(customers);
}

static void columns_go_in_and_come_out_without_a_copy(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, "{\"as_of\":\"" AS_OF "\",\"columns\":[\"stage\"],\"append\":true}");
    lifestage_batch *batch = next(result);
    CHECK(lifestage_batch_column_count(batch) == FACTS + 1);
    for (size_t fact = 0; fact < FACTS; fact++) {
        const lifestage_column *given = &columns[fact], *got = lifestage_batch_column_at(batch, fact);
        CHECK(strcmp(got->name, given->name) == 0);
        CHECK(got->type == given->type && got->rows == given->rows);
        /* Yes and no are bits within. */
        if (got->type != LIFESTAGE_TYPE_BOOL) CHECK(got->values == given->values);
        for (size_t row = 0; row < given->rows; row++) CHECK(has_value(got, row) == has_value(given, row));
    }
    CHECK(column(batch, "fee")->items->values == customers->fee);
    CHECK(column(batch, "fee")->items->places == 2);
    CHECK(column(batch, "join_channel")->names->values == customers->channels.values);
    CHECK(memcmp(column(batch, "in_relocation_area")->values, customers->relocation, customers->rows) == 0);
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    customers_free(customers);
}

static void decisions_into_arrays_of_the_host_are_those_of_a_result(void) {
    struct customers *customers = customers_new(300);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, PARAMS);
    lifestage_batch *batch = next(result);
    /* Of exactly this size, so that an entry too many is seen; used twice, as a host does. */
    uint8_t *stage = malloc(300), *tier = malloc(300);
    uint64_t *warnings = malloc(300 * sizeof(uint64_t)), *insufficient = malloc(300 * sizeof(uint64_t));
    lifestage_decisions decisions = {
        .stage = stage, .tier = tier, .warnings_mask = warnings, .insufficient_mask = insufficient};
    size_t errors = 0;
    for (int i = 0; i < 2; i++) {
        CHECK(lifestage_engine_classify_into(engine, columns, FACTS, TEXT(PARAMS), NULL, &decisions, &errors, NULL)
              == LIFESTAGE_STATUS_OK);
    }
    CHECK(errors == (300 - 6) / BROKEN_EVERY + 1);
    const lifestage_column *stages = column(batch, "stage"), *tiers = column(batch, "tier");
    for (size_t row = 0; row < customers->rows; row++) {
        CHECK((stage[row] == LIFESTAGE_NO_CODE) == !has_value(stages, row));
        CHECK((tier[row] == LIFESTAGE_NO_CODE) == !has_value(tiers, row));
    }
    CHECK(memcmp(stage, stages->values, customers->rows) == 0);
    CHECK(memcmp(tier, tiers->values, customers->rows) == 0);
    size_t bytes = customers->rows * sizeof(uint64_t);
    CHECK(memcmp(warnings, column(batch, "warnings_mask")->values, bytes) == 0);
    CHECK(memcmp(insufficient, column(batch, "insufficient_mask")->values, bytes) == 0);
    free(stage);
    free(tier);
    free(warnings);
    free(insufficient);
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    customers_free(customers);
}

/* Checks that a call to decide into arrays is refused so. */
static void check_into(const lifestage_column *columns, const char *params, lifestage_decisions decisions, const char *code,
                       const char *path) {
    size_t errors = 7;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_classify_into(engine, columns, FACTS, TEXT(params), NULL, &decisions, &errors, &error)
          == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, code, path);
    CHECK(errors == 7);
}

static void decisions_into_arrays_are_refused_by_name(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    uint8_t stage[9];
    uint64_t masks[10];
    lifestage_decisions decisions = {.stage = stage};
    size_t errors = 0;
    lifestage_error *error = NULL;
    lifestage_status null = LIFESTAGE_STATUS_NULL_ARGUMENT;
    check_into(columns, "{\"as_of\":1}", decisions, "WRONG_TYPE", "as_of");
    check_into(columns, "{\"as_of\":\"" AS_OF "\",\"columns\":[\"tier\"]}", decisions, "INVALID_VALUE", "columns");
    check_into(columns, "{\"as_of\":\"" AS_OF "\",\"append\":true}", decisions, "INVALID_VALUE", "append");
    check_into(columns, "{\"as_of\":\"" AS_OF "\",\"strict\":true}", decisions, "INVALID", "view[5].tenure_months");
    lifestage_decisions misaligned = {.shadow_mask = (uint64_t *)(void *)((char *)masks + 1)};
    check_into(columns, PARAMS, misaligned, "INVALID_COLUMN", "decisions.shadow_mask");
    columns[STATUS].type = 0;
    check_into(columns, PARAMS, decisions, "INVALID_COLUMN", "view.status.type");
    CHECK(lifestage_engine_classify_into(NULL, columns, FACTS, TEXT(PARAMS), NULL, &decisions, &errors, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    CHECK(lifestage_engine_classify_into(engine, NULL, FACTS, TEXT(PARAMS), NULL, &decisions, &errors, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "columns");
    CHECK(lifestage_engine_classify_into(engine, columns, FACTS, NULL, 0, NULL, &decisions, &errors, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "params");
    CHECK(lifestage_engine_classify_into(engine, columns, FACTS, TEXT(PARAMS), NULL, NULL, &errors, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "decisions");
    CHECK(lifestage_engine_classify_into(engine, columns, FACTS, TEXT(PARAMS), NULL, &decisions, NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_errors");
    customers_free(customers);
}

/* Dated facts become the view, and the view becomes decisions: a table of one result is taken and given to the next call. */
static void the_view_of_dated_facts_is_classified(void) {
    const int32_t ids[] = {0, 2, 4}, bill_ids[] = {0, 2, 4, 6}, activated[] = {18262, 19800};
    const int32_t months[] = {AS_OF_DAY, AS_OF_DAY - 31, AS_OF_DAY};
    const int64_t fen[] = {7400, 9200, 15050};
    const lifestage_column users[] = {
        {.name = "user_id", .type = LIFESTAGE_TYPE_UTF8, .rows = 2, .values = "u1u2", .offsets = ids},
        {.name = "activated_on", .type = LIFESTAGE_TYPE_DATE32, .rows = 2, .values = activated},
    };
    const lifestage_column bills[] = {
        {.name = "user_id", .type = LIFESTAGE_TYPE_UTF8, .rows = 3, .values = "u1u1u2", .offsets = bill_ids},
        {.name = "month", .type = LIFESTAGE_TYPE_DATE32, .rows = 3, .values = months},
        {.name = "fee_minor", .type = LIFESTAGE_TYPE_INT64, .rows = 3, .values = fen},
    };
    lifestage_tables *facts = lifestage_tables_new(), *built = NULL, *view = lifestage_tables_new(), *decided = NULL;
    struct ArrowArrayStream stream;
    lifestage_batch *batch = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_columns(facts, TEXT("users"), users, 2, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_put_columns(facts, TEXT("bills"), bills, 3, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_engine_call_batch(engine, TEXT("build_view"), facts, TEXT(PARAMS), NULL, &built, &error);
    if (error) printf("  %s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    CHECK(lifestage_tables_count(built) == 3);
    CHECK(lifestage_tables_take_stream(built, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_put_stream(view, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), view, TEXT("{\"as_of\":\"" AS_OF "\",\"append\":true}"), NULL,
                                      &decided, NULL)
          == LIFESTAGE_STATUS_OK);
    batch = next(decided);
    CHECK(lifestage_batch_rows(batch) == 2);
    char stages[16], *end = write_text(stages, column(batch, "stage"), 0);
    write_text(end, column(batch, "stage"), 1);
    CHECK(strcmp(stages, "\"C\"\"B\"") == 0);
    const lifestage_column *fee = column(batch, "fee");
    CHECK(fee->type == LIFESTAGE_TYPE_LIST && fee->items->type == LIFESTAGE_TYPE_DECIMAL128 && fee->items->places == 2);
    CHECK(((const int64_t *)fee->items->values)[2 * (size_t)(fee->offsets[1] - 1)] == 7400);
    lifestage_batch_free(batch);
    lifestage_tables_free(decided);
    lifestage_tables_free(built);
}

/* What becomes of decisions: the customers that users are combined into, and the rows that do not count. */
struct combined {
    lifestage_tables *result;
    lifestage_batch *customers, *rejects;
};

static struct combined combined(lifestage_tables *decisions) {
    struct combined combined = {0};
    lifestage_error *error = NULL;
    lifestage_engine_call_batch(engine, TEXT("combine_customers"), decisions, TEXT("{}"), NULL, &combined.result, &error);
    if (error) printf("  %s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    CHECK(!error);
    combined.customers = next_of(combined.result, "customers");
    combined.rejects = next_of(combined.result, "rejects");
    return combined;
}

static void combined_free(struct combined *combined) {
    lifestage_batch_free(combined->customers);
    lifestage_batch_free(combined->rejects);
    lifestage_tables_free(combined->result);
}

/* The columns of a batch, which stays open as long as what is made of them. */
static lifestage_tables *passed_on(const lifestage_batch *batch, const char *name) {
    lifestage_column columns[32];
    size_t count = lifestage_batch_column_count(batch);
    lifestage_tables *tables = lifestage_tables_new();
    CHECK(count <= 32);
    for (size_t i = 0; i < count; i++) columns[i] = *lifestage_batch_column_at(batch, i);
    CHECK(lifestage_tables_put_columns(tables, TEXT(name), columns, count, NULL) == LIFESTAGE_STATUS_OK);
    return tables;
}

/* Lists of codes, codes that are missing and the fields of structs go back in as they came out. */
static void decisions_are_combined_whether_passed_on_as_columns_or_as_a_stream(void) {
    struct customers *customers = customers_new(200);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *first = classified(engine, columns, PARAMS), *second = classified(engine, columns, PARAMS);
    struct ArrowArrayStream stream;
    lifestage_tables *streamed = lifestage_tables_new();
    CHECK(lifestage_tables_take_stream(first, TEXT("decisions"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_put_stream(streamed, TEXT("decisions"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_batch *batch = next(second);
    struct combined of_stream = combined(streamed), of_columns = combined(passed_on(batch, "decisions"));

    size_t rows = lifestage_batch_rows(of_stream.customers), broken = (customers->rows - 6) / BROKEN_EVERY + 1;
    CHECK(rows == customers->rows && lifestage_batch_rows(of_columns.customers) == rows);
    size_t warned = 0;
    for (size_t row = 0; row < rows; row++) {
        static const char *const texts[] = {"customer_id", "user_id", "stage", "tier"}, *const lists[] = {"warnings", "insufficient"};
        char one[1024], other[1024], *end[2] = {one, other};
        for (size_t i = 0; i < 4; i++) {
            end[0] = write_text(end[0], column(of_stream.customers, texts[i]), row);
            end[1] = write_text(end[1], column(of_columns.customers, texts[i]), row);
        }
        for (size_t i = 0; i < 2; i++) {
            end[0] = write_list(end[0], column(of_stream.customers, lists[i]), row);
            end[1] = write_list(end[1], column(of_columns.customers, lists[i]), row);
        }
        CHECK(strcmp(one, other) == 0);
        warned += strstr(one, "[\"EWS-") != NULL;
    }
    CHECK(warned > 0);
    CHECK(lifestage_batch_rows(of_stream.rejects) == broken && lifestage_batch_rows(of_columns.rejects) == broken);
    char one[256], other[256];
    write_text(one, column(of_stream.rejects, "found"), 0);
    write_text(other, column(of_columns.rejects, "found"), 0);
    CHECK(strcmp(one, "\"INVALID tenure_months\"") == 0 && strcmp(other, one) == 0);

    combined_free(&of_stream);
    combined_free(&of_columns);
    lifestage_batch_free(batch);
    lifestage_tables_free(first);
    lifestage_tables_free(second);
    customers_free(customers);
}

/* A user's decision, as a host says it that classified elsewhere. */
static lifestage_tables *told(const char *table, const char *user, const uint8_t *stage) {
    static const int32_t two_bytes[] = {0, 2}, letters[] = {0, 1, 2, 3, 4, 5};
    static const lifestage_column stages = {.type = LIFESTAGE_TYPE_UTF8, .rows = 5, .values = "ABCDE", .offsets = letters};
    const lifestage_column columns[] = {
        {.name = "user_id", .type = LIFESTAGE_TYPE_UTF8, .rows = 1, .values = user, .offsets = two_bytes},
        {.name = "customer_id", .type = LIFESTAGE_TYPE_UTF8, .rows = 1, .values = "k1", .offsets = two_bytes},
        {.name = "stage", .type = LIFESTAGE_TYPE_UINT8, .rows = 1, .values = stage, .names = &stages},
    };
    lifestage_tables *tables = lifestage_tables_new();
    CHECK(lifestage_tables_put_columns(tables, TEXT(table), columns, 3, NULL) == LIFESTAGE_STATUS_OK);
    return tables;
}

static lifestage_handle *open_customers(void) {
    lifestage_handle *handle = NULL;
    CHECK(lifestage_handle_open(engine, TEXT("customers"), TEXT("{}"), &handle, NULL) == LIFESTAGE_STATUS_OK);
    return handle;
}

/* Checks that a handle knows one customer, of so many users, in this stage. */
static void check_customer(const lifestage_handle *handle, uint64_t users, const char *stage) {
    lifestage_tables *answer = NULL;
    CHECK(lifestage_handle_query_batch(handle, lifestage_tables_new(), TEXT("{}"), NULL, &answer, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_batch *batch = next_of(answer, "customers");
    char found[64];
    CHECK(lifestage_batch_rows(batch) == 1);
    write_text(write_text(found, column(batch, "customer_id"), 0), column(batch, "stage"), 0);
    CHECK(strcmp(found, stage) == 0);
    CHECK(*(const uint64_t *)column(batch, "users")->values == users);
    lifestage_batch_free(batch);
    lifestage_tables_free(answer);
}

static void a_handle_is_told_in_batches_and_asked(void) {
    const uint8_t build_up = 1, exit = 4;
    lifestage_handle *handle = open_customers();
    lifestage_tables *updated = NULL;
    lifestage_batch *batch;
    CHECK(lifestage_handle_update_batch(handle, told("decisions", "u1", &exit), TEXT("{}"), NULL, &updated, NULL)
          == LIFESTAGE_STATUS_OK);
    check_customer(handle, 1, "\"k1\"\"E\"");
    CHECK(lifestage_tables_count(updated) == 2);
    batch = next_of(updated, "report");
    CHECK(*(const uint64_t *)column(batch, "rows")->values == 1);
    lifestage_batch_free(batch);
    lifestage_tables_free(updated);
    CHECK(lifestage_handle_update_batch(handle, told("decisions", "u2", &build_up), TEXT("{}"), NULL, &updated, NULL)
          == LIFESTAGE_STATUS_OK);
    check_customer(handle, 2, "\"k1\"\"B\"");
    lifestage_handle_free(handle);
    batch = next_of(updated, "rejects");
    CHECK(lifestage_batch_rows(batch) == 0);
    lifestage_batch_free(batch);
    lifestage_tables_free(updated);
}

static void an_update_in_batches_that_is_refused_leaves_the_handle_as_it_was(void) {
    const uint8_t exit = 4;
    lifestage_handle *handle = open_customers();
    lifestage_tables *out = NULL, *updated = NULL;
    lifestage_error *error = NULL;
    lifestage_status request = LIFESTAGE_STATUS_REQUEST;
    CHECK(lifestage_handle_update_batch(handle, told("decisions", "u1", &exit), TEXT("{}"), NULL, &updated, NULL)
          == LIFESTAGE_STATUS_OK);
    lifestage_tables_free(updated);

    CHECK(lifestage_handle_update_batch(handle, told("decision", "u2", &exit), TEXT("{\"as_of\":1}"), NULL, &out, &error)
          == request);
    CHECK(strstr(lifestage_error_json(error), "\"path\":\"tables.decision\""));
    CHECK(strstr(lifestage_error_json(error), "\"path\":\"as_of\""));
    check_error(error, request, "MISSING_KEY", "tables.decisions");
    CHECK(lifestage_handle_query_batch(handle, told("decisions", "u2", &exit), TEXT("{}"), NULL, &out, &error) == request);
    check_error(error, request, "UNKNOWN_KEY", "tables.decisions");
    lifestage_cancel *cancel = lifestage_cancel_new();
    lifestage_cancel_set(cancel);
    CHECK(lifestage_handle_update_batch(handle, told("decisions", "u2", &exit), TEXT("{}"), cancel, &out, &error) == request);
    check_error(error, request, "CANCELLED", "");
    CHECK(lifestage_handle_update_batch(handle, told("decisions", "u2", &exit), TEXT("{}"), NULL, NULL, &error)
          == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "out_tables");

    CHECK(out == NULL);
    check_customer(handle, 1, "\"k1\"\"E\"");
    lifestage_cancel_free(cancel);
    lifestage_handle_free(handle);
}

typedef lifestage_status (*verb)(const lifestage_handle *, lifestage_tables *, const char *, size_t, const lifestage_cancel *,
                                 lifestage_tables **, lifestage_error **);

static void null_arguments_of_handles_are_named(void) {
    const verb verbs[] = {lifestage_handle_update_batch, lifestage_handle_query_batch};
    lifestage_handle *handle = open_customers();
    lifestage_tables *out = NULL;
    lifestage_error *error = NULL;
    lifestage_status null = LIFESTAGE_STATUS_NULL_ARGUMENT;
    for (size_t i = 0; i < 2; i++) {
        CHECK(verbs[i](handle, NULL, TEXT("{}"), NULL, &out, &error) == null);
        check_error(error, null, "NULL_ARGUMENT", "tables");
        /* These take the tables all the same. */
        CHECK(verbs[i](NULL, lifestage_tables_new(), TEXT("{}"), NULL, &out, &error) == null);
        check_error(error, null, "NULL_ARGUMENT", "handle");
        CHECK(verbs[i](handle, lifestage_tables_new(), NULL, 0, NULL, &out, &error) == null);
        check_error(error, null, "NULL_ARGUMENT", "params");
        CHECK(verbs[i](handle, lifestage_tables_new(), TEXT("{}"), NULL, NULL, &error) == null);
        check_error(error, null, "NULL_ARGUMENT", "out_tables");
        CHECK(verbs[i](handle, lifestage_tables_new(), TEXT("{}"), NULL, NULL, NULL) == null);
    }
    CHECK(out == NULL);
    lifestage_handle_free(handle);
}

static void no_rows_give_no_rows(void) {
    struct customers *customers = customers_new(0);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, PARAMS);
    for (lifestage_batch *batch; (batch = next(result)) != NULL;) {
        CHECK(lifestage_batch_rows(batch) == 0);
        lifestage_batch_free(batch);
    }
    lifestage_tables_free(result);
    customers_free(customers);
}

/* Misaligned columns are copied: in memory that other programs wrote, an int32 may lie anywhere. */
static void misaligned_columns_are_read(void) {
    struct customers *customers = customers_new(50);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *aligned = classified(engine, columns, PARAMS);
    size_t bytes = customers->rows * sizeof(int32_t);
    char *moved = malloc(bytes + 1);
    memcpy(moved + 1, customers->tenure, bytes);
    columns[TENURE].values = moved + 1;
    lifestage_tables *misaligned = classified(engine, columns, PARAMS);
    lifestage_batch *one = next(aligned), *other = next(misaligned);
    CHECK(memcmp(column(one, "stage")->values, column(other, "stage")->values, customers->rows) == 0);
    lifestage_batch_free(one);
    lifestage_batch_free(other);
    lifestage_tables_free(aligned);
    lifestage_tables_free(misaligned);
    free(moved);
    customers_free(customers);
}

/* Puts columns of which one is faulty, and checks what is said of it. */
static void check_refused(const lifestage_column *columns, const char *code, const char *path) {
    lifestage_tables *view = lifestage_tables_new();
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_columns(view, TEXT("view"), columns, FACTS, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, code, path);
    CHECK(lifestage_tables_count(view) == 0);
    lifestage_tables_free(view);
}

#define REFUSED(change, code, path)              \
    do {                                         \
        customers_columns(customers, columns);   \
        change;                                  \
        check_refused(columns, code, path);      \
    } while (0)

static void faulty_columns_are_refused_by_name(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    int32_t falling[10] = {0, 2, 1}, negative[10] = {-1}, beyond[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 109};
    int32_t cut[10] = {0, 1, 2, 2, 2, 2, 2, 2, 2, 2};
    REFUSED(columns[FEE].name = NULL, "NULL_ARGUMENT", "view[3].name");
    REFUSED(columns[FEE].name = "fee\xB2", "INVALID_UTF8", "view[3].name");
    REFUSED(columns[STATUS].values = NULL, "NULL_ARGUMENT", "view.status.values");
    REFUSED(columns[STATUS].type = 0, "INVALID_COLUMN", "view.status.type");
    REFUSED(columns[STATUS].type = 99, "INVALID_COLUMN", "view.status.type");
    REFUSED(columns[TENURE].rows = 8, "INVALID_COLUMN", "view.tenure_months.rows");
    REFUSED(columns[USER_ID].rows = SIZE_MAX, "INVALID_COLUMN", "view.user_id.offsets");
    REFUSED(columns[FEE].items = NULL, "INVALID_COLUMN", "view.fee.items");
    REFUSED(customers->fee_items.rows = 107, "INVALID_COLUMN", "view.fee.items.rows");
    REFUSED(customers->fee_items.places = 19, "INVALID_COLUMN", "view.fee.items.places");
    REFUSED(customers->fee_items.type = LIFESTAGE_TYPE_LIST, "INVALID_COLUMN", "view.fee.items.type");
    REFUSED(columns[FEE].offsets = beyond, "INVALID_COLUMN", "view.fee.offsets[9]");
    REFUSED(columns[FEE].offsets = falling, "INVALID_COLUMN", "view.fee.offsets[2]");
    REFUSED(columns[USER_ID].offsets = NULL, "NULL_ARGUMENT", "view.user_id.offsets");
    REFUSED(columns[USER_ID].offsets = falling, "INVALID_COLUMN", "view.user_id.offsets[2]");
    REFUSED(columns[USER_ID].offsets = negative, "INVALID_COLUMN", "view.user_id.offsets[0]");
    REFUSED(columns[USER_ID].values = "\xB2\xDF", "INVALID_UTF8", "view.user_id.values");
    REFUSED((columns[USER_ID].values = "\xC3\xA9", columns[USER_ID].offsets = cut), "INVALID_UTF8", "view.user_id.values");
    REFUSED(customers->channels.rows = 1, "INVALID_COLUMN", "view.join_channel.values");
    REFUSED(customers->channels.type = LIFESTAGE_TYPE_INT8, "INVALID_COLUMN", "view.join_channel.names.type");
    customers_free(customers);
}

static void every_faulty_column_is_reported(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    REFUSED(columns[STATUS].type = 0; columns[FEE].items = NULL, "INVALID_COLUMN", "view.status.type");
    REFUSED(columns[STATUS].type = 0; columns[FEE].items = NULL, "INVALID_COLUMN", "view.fee.items");
    customers_free(customers);
}

static void null_arguments_are_named(void) {
    lifestage_engine *none = NULL;
    lifestage_tables *tables = lifestage_tables_new(), *out = NULL;
    lifestage_batch *batch = NULL;
    const lifestage_column *column = NULL;
    lifestage_error *error = NULL;
    lifestage_status null = LIFESTAGE_STATUS_NULL_ARGUMENT;

    CHECK(lifestage_engine_with_threads(NULL, 1, &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    CHECK(lifestage_engine_with_threads(engine, 1, NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_engine");
    CHECK(lifestage_tables_put_columns(NULL, TEXT("view"), NULL, 0, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "tables");
    CHECK(lifestage_tables_put_columns(tables, NULL, 0, NULL, 0, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "name");
    CHECK(lifestage_tables_put_columns(tables, TEXT("view"), NULL, 1, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "columns");
    CHECK(lifestage_tables_next(NULL, TEXT("view"), &batch, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "tables");
    CHECK(lifestage_tables_next(tables, NULL, 0, &batch, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "name");
    CHECK(lifestage_tables_next(tables, TEXT("view"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_batch");
    CHECK(lifestage_batch_column(NULL, TEXT("stage"), &column, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "batch");
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), NULL, TEXT(PARAMS), NULL, &out, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "tables");
    /* These take the tables all the same. */
    CHECK(lifestage_engine_call_batch(NULL, TEXT("classify"), tables, TEXT(PARAMS), NULL, &out, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    tables = lifestage_tables_new();
    CHECK(lifestage_engine_call_batch(engine, NULL, 0, tables, TEXT(PARAMS), NULL, &out, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "operation");
    tables = lifestage_tables_new();
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), tables, NULL, 0, NULL, &out, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "params");
    tables = lifestage_tables_new();
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), tables, TEXT(PARAMS), NULL, NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_tables");

    CHECK(none == NULL && out == NULL && batch == NULL && column == NULL);
}

static void null_handles_give_nothing_and_are_freed(void) {
    CHECK(lifestage_engine_threads(NULL) == 0);
    CHECK(lifestage_tables_count(NULL) == 0);
    CHECK(lifestage_tables_name(NULL, 0) == NULL);
    CHECK(lifestage_batch_rows(NULL) == 0);
    CHECK(lifestage_batch_column_count(NULL) == 0);
    CHECK(lifestage_batch_column_at(NULL, 0) == NULL);
    CHECK(lifestage_batch_metadata(NULL, TEXT("lifestage.digest")) == NULL);
    lifestage_cancel_set(NULL);
    lifestage_cancel_free(NULL);
    lifestage_tables_free(NULL);
    lifestage_batch_free(NULL);
}

static void wrong_calls_say_what_there_is(void) {
    lifestage_engine *none = NULL;
    lifestage_tables *out = NULL;
    lifestage_batch *batch = NULL;
    lifestage_error *error = NULL;
    lifestage_status request = LIFESTAGE_STATUS_REQUEST;
    CHECK(lifestage_engine_call_batch(engine, TEXT("version"), lifestage_tables_new(), TEXT("{}"), NULL, &out, &error)
          == request);
    check_error(error, request, "UNKNOWN_OPERATION", "operation");
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), lifestage_tables_new(), TEXT("{}"), NULL, &out, &error)
          == request);
    CHECK(strstr(lifestage_error_json(error), "\"path\":\"as_of\""));
    check_error(error, request, "MISSING_KEY", "tables.view");
    lifestage_tables *tables = lifestage_tables_new();
    CHECK(lifestage_tables_next(tables, TEXT("view"), &batch, &error) == request);
    check_error(error, request, "UNKNOWN_KEY", "tables.view");
    CHECK(lifestage_tables_put_columns(tables, TEXT("view"), (lifestage_column[1]){{0}}, SIZE_MAX, &error)
          == LIFESTAGE_STATUS_INVALID_LENGTH);
    check_error(error, LIFESTAGE_STATUS_INVALID_LENGTH, "INVALID_LENGTH", "column_count");
    CHECK(lifestage_engine_with_threads(engine, 0, &none, &error) == request);
    check_error(error, request, "INVALID_VALUE", "threads");
    CHECK(out == NULL && batch == NULL && none == NULL);
    lifestage_tables_free(tables);
}

static void a_row_that_breaks_the_contract_refuses_a_strict_call(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, "{\"as_of\":\"" AS_OF "\",\"strict\":true}");
    lifestage_batch *batch = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_next(result, TEXT("decisions"), &batch, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "INVALID", "view[5].tenure_months");
    CHECK(batch == NULL && next(result) == NULL);
    lifestage_tables_free(result);
    customers_free(customers);
}

static void a_cancelled_call_ends(void) {
    struct customers *customers = customers_new(9);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_cancel *cancel = lifestage_cancel_new();
    lifestage_tables *view = lifestage_tables_new(), *result = NULL;
    lifestage_batch *batch = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_columns(view, TEXT("view"), columns, FACTS, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), view, TEXT(PARAMS), cancel, &result, NULL)
          == LIFESTAGE_STATUS_OK);
    lifestage_cancel_set(cancel);
    lifestage_cancel_free(cancel);
    CHECK(lifestage_tables_next(result, TEXT("decisions"), &batch, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "CANCELLED", "");
    CHECK(batch == NULL);
    lifestage_tables_free(result);
    customers_free(customers);
}

static void the_number_of_threads_changes_no_decision(void) {
    struct customers *customers = customers_new(MANY);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_engine *engines[2] = {NULL, NULL};
    lifestage_batch *batches[2];
    for (size_t i = 0; i < 2; i++) {
        CHECK(lifestage_engine_with_threads(engine, i + 1, &engines[i], NULL) == LIFESTAGE_STATUS_OK);
        CHECK(lifestage_engine_threads(engines[i]) == i + 1);
    }
    for (size_t i = 0; i < 2; i++) {
        lifestage_tables *result = classified(engines[i], columns, FEW);
        batches[i] = next(result);
        lifestage_tables_free(result);
        lifestage_engine_free(engines[i]);
    }
    CHECK(memcmp(column(batches[0], "stage")->values, column(batches[1], "stage")->values, customers->rows) == 0);
    const lifestage_column *one = column(batches[0], "warnings_mask"), *two = column(batches[1], "warnings_mask");
    CHECK(memcmp(one->values, two->values, customers->rows * sizeof(uint64_t)) == 0);
    for (size_t i = 0; i < 2; i++) lifestage_batch_free(batches[i]);
    customers_free(customers);
}

/* What threads share: an engine and columns. */
struct shared {
    const lifestage_engine *engine;
    const lifestage_column *columns;
    const void *stages;
};

/* Classifies shared columns over and over; gives how many of the calls were right. */
static void *classify_often(void *argument) {
    const struct shared *shared = argument;
    intptr_t right = 0;
    for (int i = 0; i < CALLS; i++) {
        lifestage_tables *result = classified(shared->engine, shared->columns, PARAMS);
        lifestage_batch *batch = next(result);
        right += memcmp(column(batch, "stage")->values, shared->stages, lifestage_batch_rows(batch)) == 0;
        lifestage_batch_free(batch);
        lifestage_tables_free(result);
    }
    return (void *)right;
}

static void threads_share_an_engine_and_columns(void) {
    struct customers *customers = customers_new(50);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_tables *result = classified(engine, columns, PARAMS);
    lifestage_batch *batch = next(result);
    struct shared shared = {engine, columns, column(batch, "stage")->values};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, classify_often, &shared) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *right = NULL;
        CHECK(pthread_join(threads[i], &right) == 0);
        CHECK((intptr_t)right == CALLS);
    }
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    customers_free(customers);
}

/* Classifies columns for a child process: 0 if the stages are these. */
static int classified_anew(const lifestage_column *columns, const lifestage_engine *with, const void *stages) {
    lifestage_tables *result = classified(with, columns, FEW);
    lifestage_batch *batch = next(result);
    int differs = memcmp(column(batch, "stage")->values, stages, lifestage_batch_rows(batch)) != 0;
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    return differs;
}

static void an_engine_is_used_after_a_fork(void) {
    struct customers *customers = customers_new(MANY);
    lifestage_column columns[FACTS];
    customers_columns(customers, columns);
    lifestage_engine *two = NULL;
    CHECK(lifestage_engine_with_threads(engine, 2, &two, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_tables *result = classified(two, columns, FEW);
    lifestage_batch *batch = next(result);
    const void *stages = column(batch, "stage")->values;
    pid_t child = fork();
    if (child == 0) _exit(classified_anew(columns, two, stages));
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(classified_anew(columns, two, stages) == 0);
    lifestage_batch_free(batch);
    lifestage_tables_free(result);
    lifestage_engine_free(two);
    customers_free(customers);
}

static const struct test tests[] = {
    TEST(decisions_about_columns_are_those_about_records),
    TEST(results_name_their_columns_tables_and_policy),
    TEST(a_result_names_the_columns_that_were_not_read),
    TEST(columns_go_in_and_come_out_without_a_copy),
    TEST(decisions_into_arrays_of_the_host_are_those_of_a_result),
    TEST(decisions_into_arrays_are_refused_by_name),
    TEST(the_view_of_dated_facts_is_classified),
    TEST(decisions_are_combined_whether_passed_on_as_columns_or_as_a_stream),
    TEST(a_handle_is_told_in_batches_and_asked),
    TEST(an_update_in_batches_that_is_refused_leaves_the_handle_as_it_was),
    TEST(null_arguments_of_handles_are_named),
    TEST(no_rows_give_no_rows),
    TEST(misaligned_columns_are_read),
    TEST(faulty_columns_are_refused_by_name),
    TEST(every_faulty_column_is_reported),
    TEST(null_arguments_are_named),
    TEST(null_handles_give_nothing_and_are_freed),
    TEST(wrong_calls_say_what_there_is),
    TEST(a_row_that_breaks_the_contract_refuses_a_strict_call),
    TEST(a_cancelled_call_ends),
    TEST(the_number_of_threads_changes_no_decision),
    TEST(threads_share_an_engine_and_columns),
    TEST(an_engine_is_used_after_a_fork),
};

int main(void) {
    engine = china_telecom();
    int result = RUN(tests);
    lifestage_engine_free(engine);
    return result;
}
