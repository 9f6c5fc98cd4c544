/* Tests Arrow C streams: in and out, released once, whatever happens. */
#include <errno.h>
#include <stdint.h>

#include "check.h"
#include "customers.h"

#define FEW "{\"as_of\":\"" AS_OF "\",\"columns\":[\"stage\",\"warnings_mask\"]}"
#define ROWS 9000
#define BATCH 4500

/* Opened once: that alone takes seconds under valgrind. */
static lifestage_engine *engine;

/* A producer of the customers as an Arrow stream of id, status and fee. */
struct producer {
    const struct customers *customers;
    size_t next;
    /* The batch at this row fails; SIZE_MAX for none. */
    size_t fails_at;
    bool has_no_schema;
    /* How often the stream, and arrays of it, were released. */
    int streams_released, arrays_made, arrays_released;
};

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) schema->children[i]->release(schema->children[i]);
    schema->release = NULL;
}

static void make_schema(struct ArrowSchema *schema, const char *name, const char *format, struct ArrowSchema **children,
                        int64_t count) {
    *schema = (struct ArrowSchema){.format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .n_children = count,
                                   .children = children, .release = release_schema};
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    static struct ArrowSchema id, status, fee, month;
    static struct ArrowSchema *columns[] = {&id, &status, &fee}, *items[] = {&month};
    const struct producer *producer = stream->private_data;
    if (producer->has_no_schema) return EIO;
    make_schema(&month, "item", "d:18,2,64", NULL, 0);
    make_schema(&id, "user_id", "u", NULL, 0);
    make_schema(&status, "status", "C", NULL, 0);
    make_schema(&fee, "fee", "+w:12", items, 1);
    make_schema(out, "", "+s", columns, 3);
    return 0;
}

/* An array, and all that it points to: one block of memory. */
struct made {
    struct ArrowArray id, status, fee, month;
    struct ArrowArray *columns[3], *items[1];
    const void *nothing[1], *id_buffers[3], *status_buffers[2], *month_buffers[2];
    struct producer *producer;
};

static void release_child(struct ArrowArray *array) { array->release = NULL; }

static void release_array(struct ArrowArray *array) {
    struct made *made = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
    }
    made->producer->arrays_released++;
    free(made);
    array->release = NULL;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct producer *producer = stream->private_data;
    const struct customers *customers = producer->customers;
    size_t first = producer->next, rows = customers->rows - first;
    if (first >= producer->fails_at) return EIO;
    if (rows == 0) {
        out->release = NULL;
        return 0;
    }
    if (rows > BATCH) rows = BATCH;
    producer->next += rows;
    producer->arrays_made++;
    struct made *made = calloc(1, sizeof *made);
    made->producer = producer;
    made->id_buffers[1] = customers->id_offsets + first;
    made->id_buffers[2] = customers->ids;
    made->status_buffers[1] = customers->status + first;
    made->month_buffers[1] = customers->fee + first * MONTHS;
    made->columns[0] = &made->id;
    made->columns[1] = &made->status;
    made->columns[2] = &made->fee;
    made->items[0] = &made->month;
    int64_t length = (int64_t)rows;
    made->id = (struct ArrowArray){.length = length, .n_buffers = 3, .buffers = made->id_buffers, .release = release_child};
    made->status = (struct ArrowArray){.length = length, .n_buffers = 2, .buffers = made->status_buffers,
                                       .release = release_child};
    made->month = (struct ArrowArray){.length = length * MONTHS, .n_buffers = 2, .buffers = made->month_buffers,
                                      .release = release_child};
    made->fee = (struct ArrowArray){.length = length, .n_buffers = 1, .buffers = made->nothing, .n_children = 1,
                                    .children = made->items, .release = release_child};
    *out = (struct ArrowArray){.length = length, .n_buffers = 1, .buffers = made->nothing, .n_children = 3,
                               .children = made->columns, .release = release_array, .private_data = made};
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the tape is torn";
}

static void release_stream(struct ArrowArrayStream *stream) {
    struct producer *producer = stream->private_data;
    producer->streams_released++;
    stream->release = NULL;
}

static struct ArrowArrayStream stream_of(struct producer *producer) {
    return (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, producer};
}

/* The decisions about what a producer gives, not yet read. */
static lifestage_tables *classified(struct producer *producer) {
    struct ArrowArrayStream stream = stream_of(producer);
    lifestage_tables *view = lifestage_tables_new(), *result = NULL;
    CHECK(lifestage_tables_put_stream(view, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(stream.release == NULL);
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), view, TEXT(FEW), NULL, &result, NULL)
          == LIFESTAGE_STATUS_OK);
    return result;
}

static void check_released(const struct producer *producer) {
    CHECK(producer->streams_released == 1);
    CHECK(producer->arrays_released == producer->arrays_made);
}

/* The code of a row as plain columns have it: LIFESTAGE_NO_CODE where Arrow's bitmap says that there is none. */
static uint8_t code(const struct ArrowArray *codes, size_t row) {
    const uint8_t *has_value = codes->buffers[0], *values = codes->buffers[1];
    row += (size_t)codes->offset;
    return has_value && !(has_value[row / 8] >> row % 8 & 1) ? LIFESTAGE_NO_CODE : values[row];
}

/* Reads batches of decisions and compares them with those about the same facts in columns. */
static void a_stream_is_decided_as_columns_are(void) {
    struct customers *customers = customers_new(ROWS);
    struct producer producer = {.customers = customers, .fails_at = SIZE_MAX};
    lifestage_column columns[FACTS], chosen[3];
    customers_columns(customers, columns);
    chosen[0] = columns[USER_ID];
    chosen[1] = columns[STATUS];
    chosen[2] = columns[FEE];
    lifestage_tables *view = lifestage_tables_new(), *of_columns = NULL, *of_stream = classified(&producer);
    CHECK(lifestage_tables_put_columns(view, TEXT("view"), chosen, 3, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_engine_call_batch(engine, TEXT("classify"), view, TEXT(FEW), NULL, &of_columns, NULL)
          == LIFESTAGE_STATUS_OK);
    lifestage_batch *all = NULL;
    CHECK(lifestage_tables_next(of_columns, TEXT("decisions"), &all, NULL) == LIFESTAGE_STATUS_OK);
    const uint8_t *expected = lifestage_batch_column_at(all, 0)->values;

    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    size_t rows = 0;
    CHECK(lifestage_tables_take_stream(of_stream, TEXT("decisions"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_tables_free(of_stream);
    CHECK(stream.get_schema(&stream, &schema) == 0);
    CHECK(strcmp(schema.format, "+s") == 0 && schema.n_children == 2);
    CHECK(strcmp(schema.children[0]->name, "stage") == 0 && strcmp(schema.children[0]->format, "C") == 0);
    while (stream.get_next(&stream, &array) == 0 && array.release) {
        for (size_t row = 0; row < (size_t)array.length; row++) {
            CHECK(code(array.children[0], row) == expected[rows + row]);
        }
        rows += (size_t)array.length;
        array.release(&array);
    }
    CHECK(rows == ROWS);
    schema.release(&schema);
    stream.release(&stream);
    check_released(&producer);
    lifestage_batch_free(all);
    lifestage_tables_free(of_columns);
    customers_free(customers);
}

static void a_producer_that_fails_ends_the_result_with_its_words(void) {
    struct customers *customers = customers_new(ROWS);
    struct producer producer = {.customers = customers, .fails_at = BATCH};
    lifestage_tables *result = classified(&producer);
    lifestage_batch *batch = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_next(result, TEXT("decisions"), &batch, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_batch_rows(batch) == BATCH);
    lifestage_batch_free(batch);
    batch = NULL;
    CHECK(lifestage_tables_next(result, TEXT("decisions"), &batch, &error) == LIFESTAGE_STATUS_REQUEST);
    CHECK(strstr(lifestage_error_json(error), "the tape is torn"));
    check_error(error, LIFESTAGE_STATUS_REQUEST, "INPUT_FAILED", "view");
    CHECK(lifestage_tables_next(result, TEXT("decisions"), &batch, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(batch == NULL);
    lifestage_tables_free(result);
    check_released(&producer);
    customers_free(customers);
}

static void a_result_that_is_a_stream_tells_its_failure(void) {
    struct customers *customers = customers_new(ROWS);
    struct producer producer = {.customers = customers, .fails_at = 0};
    lifestage_tables *result = classified(&producer);
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    CHECK(lifestage_tables_take_stream(result, TEXT("decisions"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(stream.get_next(&stream, &array) == EINVAL);
    CHECK(strstr(stream.get_last_error(&stream), "INPUT_FAILED view"));
    CHECK(strstr(stream.get_last_error(&stream), "the tape is torn"));
    stream.release(&stream);
    lifestage_tables_free(result);
    check_released(&producer);
    customers_free(customers);
}

static void a_result_that_nobody_reads_is_released(void) {
    struct customers *customers = customers_new(ROWS);
    struct producer producer = {.customers = customers, .fails_at = SIZE_MAX};
    lifestage_tables_free(classified(&producer));
    CHECK(producer.arrays_made == 0);
    check_released(&producer);
    customers_free(customers);
}

/* Each of these consumes the stream, though it fails. */
static void a_stream_is_consumed_on_every_return(void) {
    struct producer producer = {.has_no_schema = true};
    struct ArrowArrayStream stream = stream_of(&producer);
    lifestage_tables *tables = lifestage_tables_new();
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_stream(NULL, TEXT("view"), &stream, &error) == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "tables");
    CHECK(stream.release == NULL && producer.streams_released == 1);

    stream = stream_of(&producer);
    CHECK(lifestage_tables_put_stream(tables, "\xB2", 1, &stream, &error) == LIFESTAGE_STATUS_INVALID_UTF8);
    check_error(error, LIFESTAGE_STATUS_INVALID_UTF8, "INVALID_UTF8", "name");
    CHECK(stream.release == NULL && producer.streams_released == 2);

    stream = stream_of(&producer);
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), &stream, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "INPUT_FAILED", "view");
    CHECK(stream.release == NULL && producer.streams_released == 3);
    lifestage_tables_free(tables);
}

static void a_released_stream_and_null_are_refused(void) {
    struct ArrowArrayStream released = {0};
    lifestage_tables *tables = lifestage_tables_new();
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), &released, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "INPUT_FAILED", "view");
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), NULL, &error) == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "stream");
    CHECK(lifestage_tables_count(tables) == 0);
    lifestage_tables_free(tables);
}

static void a_table_is_taken_once(void) {
    struct customers *customers = customers_new(1);
    struct producer producer = {.customers = customers, .fails_at = SIZE_MAX};
    struct ArrowArrayStream stream = stream_of(&producer), taken, again = {0};
    lifestage_tables *tables = lifestage_tables_new();
    lifestage_error *error = NULL;
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_take_stream(NULL, TEXT("view"), &taken, &error) == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "tables");
    CHECK(lifestage_tables_take_stream(tables, TEXT("view"), NULL, &error) == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "out_stream");
    CHECK(lifestage_tables_take_stream(tables, TEXT("view"), &taken, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_take_stream(tables, TEXT("view"), &again, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "UNKNOWN_KEY", "tables.view");
    CHECK(again.release == NULL);
    taken.release(&taken);
    lifestage_tables_free(tables);
    check_released(&producer);
    customers_free(customers);
}

static void a_table_replaces_one_of_the_same_name(void) {
    struct customers *customers = customers_new(1);
    struct producer first = {.customers = customers, .fails_at = SIZE_MAX}, second = first;
    struct ArrowArrayStream stream = stream_of(&first);
    lifestage_tables *tables = lifestage_tables_new();
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    stream = stream_of(&second);
    CHECK(lifestage_tables_put_stream(tables, TEXT("view"), &stream, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_tables_count(tables) == 1);
    CHECK(first.streams_released == 1 && second.streams_released == 0);
    lifestage_tables_free(tables);
    CHECK(second.streams_released == 1);
    customers_free(customers);
}

static const struct test tests[] = {
    TEST(a_stream_is_decided_as_columns_are),
    TEST(a_producer_that_fails_ends_the_result_with_its_words),
    TEST(a_result_that_is_a_stream_tells_its_failure),
    TEST(a_result_that_nobody_reads_is_released),
    TEST(a_stream_is_consumed_on_every_return),
    TEST(a_released_stream_and_null_are_refused),
    TEST(a_table_is_taken_once),
    TEST(a_table_replaces_one_of_the_same_name),
};

int main(void) {
    engine = china_telecom();
    int result = RUN(tests);
    lifestage_engine_free(engine);
    return result;
}
