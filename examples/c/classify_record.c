/* Decides about one customer, and says why.
 * cc classify_record.c $(pkg-config --cflags --libs lifestage) */
#include <stdio.h>
#include <string.h>

#include "lifestage.h"

#define TEXT(text) (text), strlen(text)

int main(void) {
    const char *request = "{\"as_of\": \"2024-05-31\", \"record\": {\"status\": \"active\", \"tenure_months\": 26,"
                          " \"fee_11\": \"92.00\", \"fee_12\": \"74.00\", \"complaints_3m\": 3}}";
    lifestage_engine *engine = NULL;
    lifestage_text *decision = NULL;
    lifestage_error *error = NULL;
    if (lifestage_engine_new(TEXT("china-telecom"), &engine, &error) == LIFESTAGE_STATUS_OK
        && lifestage_engine_call(engine, TEXT("classify_record"), TEXT(request), &decision, &error) == LIFESTAGE_STATUS_OK) {
        printf("%s\n", lifestage_text_data(decision)); /* ..., "stage":"D","tier":"mid", ..., "warnings":["EWS-02"], ... */
    } else {
        fprintf(stderr, "%s\n", lifestage_error_message(error, LIFESTAGE_LANGUAGE_ENGLISH));
    }
    int failed = error != NULL;
    lifestage_text_free(decision);
    lifestage_error_free(error);
    lifestage_engine_free(engine);
    return failed;
}
