/* Made-up customers, the same on every run: as plain columns, and each as the record that a JSON call takes. */
#ifndef CUSTOMERS_H
#define CUSTOMERS_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifestage.h"

#define MONTHS 12
#define AS_OF "2024-05-31"
#define AS_OF_DAY 19874
/* A row of each so many breaks the contract: its tenure is negative. */
#define BROKEN_EVERY 97

static const char *const STATUSES[] = {"prospect", "active", "suspended", "terminated"};
static const char *const CHANNELS[] = {"hall", "door", "web"};

enum fact { USER_ID, STATUS, TENURE, FEE, LOCAL_FEE, COMPLAINTS, AGREEMENT, RELOCATION, CHANNEL, FACTS };

struct customers {
    size_t rows;
    char *ids;
    int32_t *id_offsets;
    uint8_t *status;
    int32_t *tenure;
    uint8_t *has_tenure;
    /* Fen, twelve a row, the newest last. */
    int64_t *fee, *local_fee;
    uint8_t *complaints;
    int32_t *agreement;
    uint8_t *has_agreement;
    uint8_t *relocation;
    uint8_t *channel;
    /* What the columns point to beside the facts. */
    lifestage_column fee_items, local_fee_items, channels;
    int32_t channel_offsets[4];
};

static inline uint32_t pseudo_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static inline void make_customer(struct customers *customers, size_t row, uint32_t *state) {
    char *id = customers->ids + customers->id_offsets[row];
    customers->id_offsets[row + 1] = customers->id_offsets[row] + sprintf(id, "u%zu", row);
    customers->status[row] = (uint8_t)(pseudo_random(state) % 16 ? 1 + pseudo_random(state) % 2 : 3);
    customers->tenure[row] = row % BROKEN_EVERY == 5 ? -1 : (int32_t)(pseudo_random(state) % 40);
    customers->has_tenure[row] = row % BROKEN_EVERY == 5 || pseudo_random(state) % 20 != 0;
    int64_t level = 2000 + pseudo_random(state) % 20000;
    for (size_t month = row * MONTHS; month < (row + 1) * MONTHS; month++) {
        level = level * (90 + pseudo_random(state) % 15) / 100;
        customers->fee[month] = level;
        customers->local_fee[month] = level / 2;
    }
    customers->complaints[row] = (uint8_t)(pseudo_random(state) % 5);
    customers->agreement[row] = AS_OF_DAY + (int32_t)(pseudo_random(state) % 200);
    customers->has_agreement[row] = pseudo_random(state) % 3 != 0;
    customers->relocation[row] = pseudo_random(state) % 30 == 0;
    customers->channel[row] = (uint8_t)(pseudo_random(state) % 3);
}

static inline struct customers *customers_new(size_t rows) {
    struct customers *customers = calloc(1, sizeof *customers);
    size_t room = rows ? rows : 1;
    customers->rows = rows;
    customers->ids = malloc(room * 12);
    customers->id_offsets = calloc(rows + 1, sizeof(int32_t));
    customers->status = malloc(room);
    customers->tenure = malloc(room * sizeof(int32_t));
    customers->has_tenure = malloc(room);
    customers->fee = malloc(room * MONTHS * sizeof(int64_t));
    customers->local_fee = malloc(room * MONTHS * sizeof(int64_t));
    customers->complaints = malloc(room);
    customers->agreement = malloc(room * sizeof(int32_t));
    customers->has_agreement = malloc(room);
    customers->relocation = malloc(room);
    customers->channel = malloc(room);
    uint32_t state = 7;
    for (size_t row = 0; row < rows; row++) make_customer(customers, row, &state);
    return customers;
}

static inline void customers_free(struct customers *customers) {
    free(customers->ids);
    free(customers->id_offsets);
    free(customers->status);
    free(customers->tenure);
    free(customers->has_tenure);
    free(customers->fee);
    free(customers->local_fee);
    free(customers->complaints);
    free(customers->agreement);
    free(customers->has_agreement);
    free(customers->relocation);
    free(customers->channel);
    free(customers);
}

/* The facts as columns, which borrow them. */
static inline void customers_columns(struct customers *customers, lifestage_column columns[FACTS]) {
    size_t rows = customers->rows;
    lifestage_column fen = {.type = LIFESTAGE_TYPE_DECIMAL64, .places = 2, .rows = rows * MONTHS};
    customers->fee_items = customers->local_fee_items = fen;
    customers->fee_items.values = customers->fee;
    customers->local_fee_items.values = customers->local_fee;
    memcpy(customers->channel_offsets, (int32_t[]){0, 4, 8, 11}, sizeof customers->channel_offsets);
    customers->channels = (lifestage_column){
        .type = LIFESTAGE_TYPE_UTF8, .rows = 3, .values = "halldoorweb", .offsets = customers->channel_offsets};
    const lifestage_column made[FACTS] = {
        [USER_ID] = {.name = "user_id", .type = LIFESTAGE_TYPE_UTF8, .values = customers->ids,
                     .offsets = customers->id_offsets},
        [STATUS] = {.name = "status", .type = LIFESTAGE_TYPE_UINT8, .values = customers->status},
        [TENURE] = {.name = "tenure_months", .type = LIFESTAGE_TYPE_INT32, .values = customers->tenure,
                    .validity = customers->has_tenure},
        [FEE] = {.name = "fee", .type = LIFESTAGE_TYPE_LIST, .items = &customers->fee_items},
        [LOCAL_FEE] = {.name = "local_fee", .type = LIFESTAGE_TYPE_LIST, .items = &customers->local_fee_items},
        [COMPLAINTS] = {.name = "complaints_3m", .type = LIFESTAGE_TYPE_UINT8, .values = customers->complaints},
        [AGREEMENT] = {.name = "agreement_ends_on", .type = LIFESTAGE_TYPE_DATE32, .values = customers->agreement,
                       .validity = customers->has_agreement},
        [RELOCATION] = {.name = "in_relocation_area", .type = LIFESTAGE_TYPE_BOOL, .values = customers->relocation},
        [CHANNEL] = {.name = "join_channel", .type = LIFESTAGE_TYPE_UINT8, .values = customers->channel,
                     .names = &customers->channels},
    };
    memcpy(columns, made, sizeof made);
    for (size_t fact = 0; fact < FACTS; fact++) columns[fact].rows = rows;
}

static inline char *write_months(char *out, const char *name, const int64_t *fen) {
    out += sprintf(out, ",\"%s\":[", name);
    for (size_t month = 0; month < MONTHS; month++) {
        out += sprintf(out, "%s\"%" PRId64 ".%02" PRId64 "\"", month ? "," : "", fen[month] / 100, fen[month] % 100);
    }
    return out + sprintf(out, "]");
}

/* The day as a date; for days from AS_OF on, for 200 days. */
static inline char *write_day(char *out, int32_t day) {
    static const int LENGTHS[] = {30, 31, 31, 30, 31, 30, 31};
    int left = day - AS_OF_DAY, month = 6;
    if (left == 0) return out + sprintf(out, "\"" AS_OF "\"");
    while (left > LENGTHS[month - 6]) left -= LENGTHS[month++ - 6];
    return out + sprintf(out, "\"2024-%02d-%02d\"", month, left);
}

/* The request by which a JSON call asks about a row. */
static inline void customers_record(const struct customers *customers, size_t row, char *out) {
    out += sprintf(out, "{\"as_of\":\"" AS_OF "\",\"record\":{\"user_id\":\"u%zu\",\"status\":\"%s\",\"tenure_months\":", row,
                   STATUSES[customers->status[row]]);
    out += customers->has_tenure[row] ? sprintf(out, "%" PRId32, customers->tenure[row]) : sprintf(out, "null");
    out = write_months(out, "fee", customers->fee + row * MONTHS);
    out = write_months(out, "local_fee", customers->local_fee + row * MONTHS);
    out += sprintf(out, ",\"complaints_3m\":%d,\"agreement_ends_on\":", customers->complaints[row]);
    out = customers->has_agreement[row] ? write_day(out, customers->agreement[row]) : out + sprintf(out, "null");
    sprintf(out, ",\"in_relocation_area\":%s,\"join_channel\":\"%s\"}}", customers->relocation[row] ? "true" : "false",
            CHANNELS[customers->channel[row]]);
}

#endif
