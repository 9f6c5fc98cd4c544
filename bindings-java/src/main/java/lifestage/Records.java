package lifestage;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records of a host as JSON: amounts as text, since a JSON number may become a float on its way, and dates as dates. */
final class Records {
    private static final Gson JSON = new GsonBuilder().serializeNulls().create();

    /** What JSON has, too. */
    private static final Set<Class<?>> PLAIN = new HashSet<>(Arrays.asList(
            String.class, Boolean.class, Byte.class, Short.class, Integer.class, Long.class, BigInteger.class));

    private Records() {}

    /** The JSON of a request. */
    static String json(Map<String, ?> request) {
        return JSON.toJson(object("", request));
    }

    /** A value as JSON has it; {@code path} is where it stands, for the message that it has no place there. */
    private static Object plain(String path, Object value) {
        if (value == null || PLAIN.contains(value.getClass())) {
            return value;
        }
        if (value instanceof BigDecimal) {
            return ((BigDecimal) value).toPlainString();
        }
        if (value instanceof Double || value instanceof Float) {
            return finite(path, (Number) value);
        }
        if (value instanceof LocalDate) {
            return value.toString();
        }
        if (value instanceof Date) {
            return day(path, (Date) value);
        }
        if (value instanceof Map) {
            return object(path + ".", (Map<?, ?>) value);
        }
        if (value instanceof Collection) {
            return list(path, ((Collection<?>) value).toArray());
        }
        if (value.getClass().isArray()) {
            return list(path, value);
        }
        throw refused(path, value, advice(value));
    }

    private static Map<String, Object> object(String path, Map<?, ?> given) {
        Map<String, Object> object = new LinkedHashMap<>();
        given.forEach((key, value) -> {
            if (!(key instanceof String)) {
                throw refused(path + key, key, "name facts by texts");
            }
            object.put((String) key, plain(path + key, value));
        });
        return object;
    }

    private static List<Object> list(String path, Object array) {
        List<Object> list = new ArrayList<>();
        for (int item = 0; item < Array.getLength(array); item++) {
            list.add(plain(path + "[" + item + "]", Array.get(array, item)));
        }
        return list;
    }

    private static Number finite(String path, Number number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException(path + " is " + number + "; pass null where a number is not known");
        }
        return number;
    }

    // Apart, and only for dates: a runtime without the module java.sql never gets here.
    private static String day(String path, Date date) {
        if (date instanceof java.sql.Date) {
            return ((java.sql.Date) date).toLocalDate().toString();
        }
        throw refused(path, date, advice(date));
    }

    private static String advice(Object value) {
        if (value instanceof Date || value instanceof Calendar || value instanceof TemporalAccessor) {
            return "pass a LocalDate, the day that it is where you are";
        }
        if (value instanceof Optional) {
            return "pass what it holds, or null: orElse(null)";
        }
        return "pass a String, a Boolean, a whole number, a Double, a BigDecimal, a LocalDate, a list of them, or null";
    }

    private static IllegalArgumentException refused(String path, Object value, String advice) {
        String type = value == null ? "null" : value.getClass().getName();
        return new IllegalArgumentException(path + " is of type " + type + "; " + advice);
    }
}
