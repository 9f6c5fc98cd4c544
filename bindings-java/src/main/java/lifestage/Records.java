package lifestage;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Map;

/** Records of a host as JSON: amounts as text, since a JSON number may become a float on its way, and dates as dates. */
final class Records {
    private static final JsonSerializer<BigDecimal> AMOUNT =
            (amount, type, context) -> new JsonPrimitive(amount.toPlainString());
    private static final JsonSerializer<LocalDate> DATE = (date, type, context) -> new JsonPrimitive(date.toString());

    private static final Gson JSON = new GsonBuilder()
            .serializeNulls()
            .registerTypeAdapter(BigDecimal.class, AMOUNT)
            .registerTypeAdapter(LocalDate.class, DATE)
            .create();

    private Records() {}

    static String json(Map<String, ?> record) {
        return JSON.toJson(record);
    }
}
