/* Checks a policy that lays two lines over a shipped one.
 * cc -std=c11 -Iinclude examples/c/check_policy.c -llifestage */
#include <stdio.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)

int main(void) {
    const char *request = "{\"policy\": \"extends = 'china-telecom'\\nversion = '2025-07'\"}";
    lifestage_engine *engine = NULL;
    lifestage_text *response = NULL;
    lifestage_error *error = NULL;
    if (lifestage_engine_new(TEXT("china-telecom"), &engine, &error) == LIFESTAGE_STATUS_OK
        && lifestage_engine_call(engine, TEXT("check_policy"), TEXT(request), &response, &error) == LIFESTAGE_STATUS_OK) {
        printf("%s\n", lifestage_text_data(response));
    } else {
        fprintf(stderr, "%s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    }
    int failed = error != NULL;
    lifestage_text_free(response);
    lifestage_error_free(error);
    lifestage_engine_free(engine);
    return failed;
}
