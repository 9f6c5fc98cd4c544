import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import lifestage.ClassifyOptions;
import lifestage.Decision;
import lifestage.Engine;

/**
 * W3 in Java: {@code OneDecision <policy> <records> <threads> <result>}, a contestant as contestant.py says. Its result is a
 * line of JSON for each record, by one implementation after the other.
 */
final class OneDecision {
    /** So many rounds until the compiler has done what it can. */
    private static final int WARM_UP = 100;

    private static final LocalDate AS_OF = LocalDate.of(2024, 5, 31);
    private static final Gson JSON = new GsonBuilder()
            .serializeNulls()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    /** What an implementation does about each of its inputs, and the line that a decision becomes. */
    private static final class Implementation<I, D> {
        private final List<I> inputs;
        private final Function<I, D> decide;
        private final Function<D, String> line;

        private Implementation(List<I> inputs, Function<I, D> decide, Function<D, String> line) {
            this.inputs = inputs;
            this.decide = decide;
            this.line = line;
        }

        private void writeTo(List<String> lines) {
            inputs.forEach(input -> lines.add(line.apply(decide.apply(input))));
        }

        private double milliseconds() {
            long start = System.nanoTime();
            for (I input : inputs) {
                decide.apply(input);
            }
            return (System.nanoTime() - start) / 1e6;
        }
    }

    public static void main(String[] args) throws IOException {
        try (Engine engine = Engine.open(Paths.get(args[0]))) {
            Map<String, Implementation<?, ?>> all = implementations(engine, Paths.get(args[1]));
            List<String> lines = new ArrayList<>();
            all.values().forEach(each -> each.writeTo(lines));
            Files.write(Paths.get(args[3]), lines);
            for (int round = 0; round < WARM_UP; round++) {
                all.values().forEach(Implementation::milliseconds);
            }
            Map<String, Double> peaks = new LinkedHashMap<>();
            all.keySet().forEach(name -> peaks.put(name, null));
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("version", Engine.version());
            about.put("peak_extra_mb", peaks);
            System.out.println(JSON.toJson(about));
            BufferedReader runs = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            while (runs.readLine() != null) {
                Map<String, Double> times = new LinkedHashMap<>();
                all.forEach((name, each) -> times.put(name, each.milliseconds()));
                System.out.println(JSON.toJson(times));
            }
        }
    }

    private static Map<String, Implementation<?, ?>> implementations(Engine engine, Path data) throws IOException {
        ClassifyOptions options = ClassifyOptions.asOf(AS_OF);
        List<String> requests = new ArrayList<>();
        List<Map<String, Object>> records = new ArrayList<>();
        for (String record : Files.readAllLines(data)) {
            requests.add("{\"as_of\": \"" + AS_OF + "\", \"record\": " + record + "}");
            records.add(JSON.fromJson(record, new TypeToken<Map<String, Object>>() {}));
        }
        Map<String, Implementation<?, ?>> all = new LinkedHashMap<>();
        all.put(
                "lifestage (Java, JSON)",
                new Implementation<>(requests, request -> engine.call("classify_record", request), line -> line));
        all.put(
                "lifestage (Java, objects)",
                new Implementation<>(records, record -> engine.classifyRecord(record, options), OneDecision::line));
        return all;
    }

    private static String line(Decision decision) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", decision.stage().orElse(null));
        line.put("tier", decision.tier().orElse(null));
        line.put("warnings", decision.warnings());
        return JSON.toJson(line);
    }
}
