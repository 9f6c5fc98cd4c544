/* Tests the C ABI where a C program can go wrong: NULL, lengths, encodings, outputs, lifetimes, threads. */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdint.h>

#include "check.h"

#define THREADS 8
#define CALLS 200
#define ONE_USER "{\"tables\":{\"decisions\":[{\"user_id\":\"u1\",\"customer_id\":\"k1\",\"stage\":\"C\"}]}}"

static lifestage_handle *customers(const lifestage_engine *engine) {
    lifestage_handle *handle = NULL;
    CHECK(lifestage_handle_open(engine, TEXT("customers"), TEXT("{}"), &handle, NULL) == LIFESTAGE_STATUS_OK);
    return handle;
}

/* Checks how many rows a handle of customers was told of. */
static void check_rows(const lifestage_handle *handle, int rows) {
    lifestage_text *text = NULL;
    char expected[32];
    snprintf(expected, sizeof expected, "\"report\":{\"rows\":%d,", rows);
    CHECK(lifestage_handle_query(handle, TEXT("{}"), &text, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(text && strstr(lifestage_text_data(text), expected));
    lifestage_text_free(text);
}

static void versions_agree_with_the_header(void) {
    CHECK(lifestage_abi_version() == LIFESTAGE_ABI_VERSION);
    CHECK(strlen(lifestage_version()) > 0);
}

static void null_arguments_are_named(void) {
    lifestage_engine *engine = china_telecom(), *none = NULL;
    lifestage_text *text = NULL;
    lifestage_error *error = NULL;
    lifestage_status null = LIFESTAGE_STATUS_NULL_ARGUMENT;

    CHECK(lifestage_engine_new(NULL, 0, &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "policy");
    CHECK(lifestage_engine_new(TEXT("china-telecom"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_engine");
    CHECK(lifestage_engine_open(NULL, 0, &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "path");
    CHECK(lifestage_engine_open(TEXT("policy.toml"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_engine");
    CHECK(lifestage_engine_call(NULL, TEXT("version"), TEXT("{}"), &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    CHECK(lifestage_engine_call(engine, NULL, 0, TEXT("{}"), &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "operation");
    CHECK(lifestage_engine_call(engine, TEXT("version"), NULL, 0, &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "request");
    CHECK(lifestage_engine_call(engine, TEXT("version"), TEXT("{}"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_response");
    CHECK(lifestage_engine_call(NULL, NULL, 0, NULL, 0, NULL, NULL) == null);

    CHECK(none == NULL && text == NULL);
    lifestage_engine_free(engine);
}

static void null_arguments_of_handles_are_named(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_handle *handle = customers(engine), *none = NULL;
    lifestage_text *text = NULL;
    lifestage_error *error = NULL;
    lifestage_status null = LIFESTAGE_STATUS_NULL_ARGUMENT;

    CHECK(lifestage_handle_open(NULL, TEXT("customers"), TEXT("{}"), &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    CHECK(lifestage_handle_open(engine, NULL, 0, TEXT("{}"), &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "name");
    CHECK(lifestage_handle_open(engine, TEXT("customers"), NULL, 0, &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "params");
    CHECK(lifestage_handle_open(engine, TEXT("customers"), TEXT("{}"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_handle");
    CHECK(lifestage_handle_restore(NULL, TEXT("{}"), &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "engine");
    CHECK(lifestage_handle_restore(engine, NULL, 0, &none, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "state");
    CHECK(lifestage_handle_restore(engine, TEXT("{}"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_handle");
    CHECK(lifestage_handle_update(NULL, TEXT("{}"), &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "handle");
    CHECK(lifestage_handle_update(handle, NULL, 0, &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "update");
    CHECK(lifestage_handle_query(NULL, TEXT("{}"), &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "handle");
    CHECK(lifestage_handle_query(handle, NULL, 0, &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "query");
    CHECK(lifestage_handle_query(handle, TEXT("{}"), NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_response");
    CHECK(lifestage_handle_serialise(NULL, &text, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "handle");
    CHECK(lifestage_handle_serialise(handle, NULL, &error) == null);
    check_error(error, null, "NULL_ARGUMENT", "out_state");

    CHECK(none == NULL && text == NULL);
    lifestage_handle_free(handle);
    lifestage_engine_free(engine);
}

static void an_update_without_a_place_for_its_response_is_not_begun(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_handle *handle = customers(engine);
    lifestage_error *error = NULL;
    CHECK(lifestage_handle_update(handle, TEXT(ONE_USER), NULL, &error) == LIFESTAGE_STATUS_NULL_ARGUMENT);
    check_error(error, LIFESTAGE_STATUS_NULL_ARGUMENT, "NULL_ARGUMENT", "out_response");
    check_rows(handle, 0);
    lifestage_handle_free(handle);
    lifestage_engine_free(engine);
}

static void a_handle_outlives_its_engine_and_its_state_is_restored_by_another(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_handle *handle = customers(engine), *restored = NULL;
    lifestage_text *text = NULL, *state = NULL;
    lifestage_engine_free(engine);
    CHECK(lifestage_handle_update(handle, TEXT(ONE_USER), &text, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_handle_serialise(handle, &state, NULL) == LIFESTAGE_STATUS_OK);
    lifestage_handle_free(handle);

    engine = china_telecom();
    CHECK(lifestage_handle_restore(engine, lifestage_text_data(state), lifestage_text_len(state), &restored, NULL)
          == LIFESTAGE_STATUS_OK);
    check_rows(restored, 1);
    lifestage_handle_free(restored);
    lifestage_text_free(state);
    lifestage_text_free(text);
    lifestage_engine_free(engine);
}

static void a_state_of_another_policy_is_refused(void) {
    lifestage_engine *engine = china_telecom(), *other = NULL;
    lifestage_handle *handle = customers(engine), *restored = NULL;
    lifestage_text *state = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_handle_serialise(handle, &state, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_engine_new(TEXT("extends = \"china-telecom\"\nname = \"guangxi\"\n"), &other, NULL)
          == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_handle_restore(other, lifestage_text_data(state), lifestage_text_len(state), &restored, &error)
          == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "OTHER_POLICY", "state.digest");
    CHECK(restored == NULL);
    lifestage_text_free(state);
    lifestage_handle_free(handle);
    lifestage_engine_free(engine);
    lifestage_engine_free(other);
}

/* Tells a shared handle of a user over and over; gives how many of the calls ended as they should. */
static void *update_often(void *handle) {
    intptr_t right = 0;
    for (int i = 0; i < CALLS; i++) {
        lifestage_text *text = NULL;
        right += lifestage_handle_update(handle, TEXT(ONE_USER), &text, NULL) == LIFESTAGE_STATUS_OK;
        lifestage_text_free(text);
    }
    return (void *)right;
}

static void threads_share_a_handle_and_no_update_is_lost(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_handle *handle = customers(engine);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, update_often, handle) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *right = NULL;
        CHECK(pthread_join(threads[i], &right) == 0);
        CHECK((intptr_t)right == CALLS);
    }
    check_rows(handle, THREADS * CALLS);
    lifestage_handle_free(handle);
    lifestage_engine_free(engine);
}

static void null_handles_give_nothing_and_are_freed(void) {
    CHECK(lifestage_text_data(NULL) == NULL);
    CHECK(lifestage_text_len(NULL) == 0);
    CHECK(lifestage_error_status(NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_error_json(NULL) == NULL);
    CHECK(lifestage_error_message(NULL, LIFESTAGE_LANGUAGE_ENGLISH) == NULL);
    lifestage_text_free(NULL);
    lifestage_error_free(NULL);
    lifestage_engine_free(NULL);
    lifestage_handle_free(NULL);
}

/* The operation fills its block of memory: valgrind sees a byte more that is read. */
static void only_the_given_length_is_read(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_text *text = NULL;
    size_t len = strlen("version");
    char *operation = malloc(len);
    memcpy(operation, "version", len);
    CHECK(lifestage_engine_call(engine, operation, len, "{}{", 2, &text, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_text_len(text) == strlen(lifestage_text_data(text)));
    free(operation);
    lifestage_text_free(text);
    lifestage_engine_free(engine);
}

static void wrong_lengths_are_refused(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_text *text = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_call(engine, TEXT("version"), "{}", SIZE_MAX, &text, &error)
          == LIFESTAGE_STATUS_INVALID_LENGTH);
    check_error(error, LIFESTAGE_STATUS_INVALID_LENGTH, "INVALID_LENGTH", "request_len");
    CHECK(lifestage_engine_call(engine, TEXT("version"), "{}", 1, &text, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "SYNTAX", "");
    CHECK(lifestage_engine_call(engine, "", 0, TEXT("{}"), &text, &error) == LIFESTAGE_STATUS_REQUEST);
    check_error(error, LIFESTAGE_STATUS_REQUEST, "UNKNOWN_OPERATION", "operation");
    CHECK(text == NULL);
    lifestage_engine_free(engine);
}

static void text_that_is_not_utf8_is_refused(void) {
    lifestage_engine *engine = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_new("\xB2\xDF\xC2\xD4", 4, &engine, &error) == LIFESTAGE_STATUS_INVALID_UTF8); /* GB18030 */
    check_error(error, LIFESTAGE_STATUS_INVALID_UTF8, "INVALID_UTF8", "policy");
    CHECK(lifestage_engine_new("\xE7\xAD\x96", 2, &engine, &error) == LIFESTAGE_STATUS_INVALID_UTF8); /* cut */
    check_error(error, LIFESTAGE_STATUS_INVALID_UTF8, "INVALID_UTF8", "policy");
    CHECK(engine == NULL);
}

static void a_failure_leaves_the_output_alone(void) {
    lifestage_engine *engine = china_telecom(), *before = engine;
    CHECK(lifestage_engine_new(TEXT("china-telekom"), &engine, NULL) == LIFESTAGE_STATUS_POLICY);
    CHECK(engine == before);
    lifestage_engine_free(engine);
}

static void success_leaves_the_error_alone(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_text *text = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_call(engine, TEXT("version"), TEXT("{}"), &text, &error) == LIFESTAGE_STATUS_OK);
    CHECK(text != NULL && error == NULL);
    lifestage_text_free(text);
    lifestage_engine_free(engine);
}

static void errors_speak_english_and_chinese(void) {
    lifestage_engine *engine = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_new(TEXT("china-telekom"), &engine, &error) == LIFESTAGE_STATUS_POLICY);
    const char *english = lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH);
    const char *chinese = lifestage_error_message(error, LIFESTAGE_LANGUAGE_CHINESE);
    CHECK(strstr(english, "did you mean `china-telecom`?"));
    CHECK(strstr(chinese, "是否应为 `china-telecom`？"));
    CHECK(strcmp(lifestage_error_message(error, 99), english) == 0);
    check_error(error, LIFESTAGE_STATUS_POLICY, "UNKNOWN_POLICY", "");
}

static void a_missing_policy_file_is_named(void) {
    lifestage_engine *engine = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_open(TEXT("no-such-policy.toml"), &engine, &error) == LIFESTAGE_STATUS_FILE);
    CHECK(strstr(lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH), "No such file"));
    check_error(error, LIFESTAGE_STATUS_FILE, "UNREADABLE_FILE", "no-such-policy.toml");
}

static void a_response_and_an_error_outlive_their_engine(void) {
    lifestage_engine *engine = china_telecom();
    lifestage_text *text = NULL;
    lifestage_error *error = NULL;
    CHECK(lifestage_engine_call(engine, TEXT("version"), TEXT("{}"), &text, NULL) == LIFESTAGE_STATUS_OK);
    CHECK(lifestage_engine_call(engine, TEXT("vers"), TEXT("{}"), &text, &error) == LIFESTAGE_STATUS_REQUEST);
    lifestage_engine_free(engine);
    CHECK(strstr(lifestage_text_data(text), "\"policy\":\"china-telecom\""));
    check_error(error, LIFESTAGE_STATUS_REQUEST, "UNKNOWN_OPERATION", "operation");
    lifestage_text_free(text);
}

/* Calls a shared engine over and over; gives how many of the calls ended as they should. */
static void *call_often(void *engine) {
    intptr_t right = 0;
    for (int i = 0; i < CALLS; i++) {
        lifestage_text *text = NULL;
        lifestage_error *error = NULL;
        right += lifestage_engine_call(engine, TEXT("version"), TEXT("{}"), &text, NULL) == LIFESTAGE_STATUS_OK;
        right += lifestage_engine_call(engine, TEXT("vers"), TEXT("{}"), &text, &error) == LIFESTAGE_STATUS_REQUEST;
        lifestage_text_free(text);
        lifestage_error_free(error);
    }
    return (void *)right;
}

static void threads_share_an_engine(void) {
    lifestage_engine *engine = china_telecom();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, call_often, engine) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *right = NULL;
        CHECK(pthread_join(threads[i], &right) == 0);
        CHECK((intptr_t)right == 2 * CALLS);
    }
    lifestage_engine_free(engine);
}

static const struct test tests[] = {
    TEST(versions_agree_with_the_header),
    TEST(null_arguments_are_named),
    TEST(null_arguments_of_handles_are_named),
    TEST(an_update_without_a_place_for_its_response_is_not_begun),
    TEST(a_handle_outlives_its_engine_and_its_state_is_restored_by_another),
    TEST(a_state_of_another_policy_is_refused),
    TEST(threads_share_a_handle_and_no_update_is_lost),
    TEST(null_handles_give_nothing_and_are_freed),
    TEST(only_the_given_length_is_read),
    TEST(wrong_lengths_are_refused),
    TEST(text_that_is_not_utf8_is_refused),
    TEST(a_failure_leaves_the_output_alone),
    TEST(success_leaves_the_error_alone),
    TEST(errors_speak_english_and_chinese),
    TEST(a_missing_policy_file_is_named),
    TEST(a_response_and_an_error_outlive_their_engine),
    TEST(threads_share_an_engine),
};

int main(void) { return RUN(tests); }
