// The header compiles as C++, and the static library links.
#include <cstring>

#include "lifestage.h"

int main() {
    const char *policy = "china-telecom";
    lifestage_engine *engine = nullptr;
    lifestage_status status = lifestage_engine_new(policy, std::strlen(policy), &engine, nullptr);
    lifestage_engine_free(engine);
    return status == LIFESTAGE_STATUS_OK ? 0 : 1;
}
