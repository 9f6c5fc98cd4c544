import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lifestage.Engine;
import lifestage.Handle;
import lifestage.Language;
import lifestage.LifestageException;

/**
 * A service of the division: places a new customer, takes it through the monthly cycle to its community, and keeps the log,
 * in which every later change shows.
 *
 * <pre>java -cp lifestage.jar:jna.jar:gson.jar:. Division organisation.json</pre>
 */
final class Division {
    private static final Gson JSON = new Gson();

    private final Engine engine;
    private final Handle registry;
    private final Handle adjustments;
    private final PrintStream out;

    private Division(Engine engine, Handle registry, Handle adjustments, PrintStream out) {
        this.engine = engine;
        this.registry = registry;
        this.adjustments = adjustments;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, UTF_8.name());
        if (args.length != 1) {
            System.err.println("usage: Division ORGANISATION");
            System.exit(2);
        }
        String units = new String(Files.readAllBytes(Paths.get(args[0])), UTF_8);
        // Handles are state: one of each for the life of the service; any number of threads may share them.
        try (Engine engine = Engine.of("china-telecom");
                Handle registry = engine.openHandle("registry", "{}");
                Handle adjustments = engine.openHandle("adjustments", organisation(engine, units))) {
            new Division(engine, registry, adjustments, out).run();
        } catch (LifestageException error) {
            new PrintStream(System.err, true, UTF_8.name()).println(error.message(Language.CHINESE));
            System.exit(1);
        }
    }

    /** What the cycle is opened with: the state of the organisation, against which it judges who may do what. */
    private static String organisation(Engine engine, String units) {
        try (Handle organisation = engine.openHandle("organisation", "{}")) {
            organisation.update(units);
            return JSON.toJson(object("organisation", organisation.serialise()));
        }
    }

    private void run() {
        tell(registry, "billing_areas", object("billing_area", "南宁", "unassigned_community", "nn-pub-0"));
        String customer = "K1";
        place(
                object("user_id", "u1", "account_id", "C1", "billing_area", "南宁", "activated_on", "2024-05-02"),
                customer);

        act("2024-05-09", "li", "zhou", object("customer_id", customer, "event", "export"));
        confirm("huang", customer, true);
        confirm("wei", customer, false);
        confirm("liang", customer, false);
        act("2024-05-11", "li", null, object("customer_id", customer, "event", "submit"));
        act("2024-05-11", "li", null, object("customer_id", customer, "event", "assign_channel", "target", "nn-key-0"));
        // The customer is no longer the public channel's, so its administrator is refused; the other one is not.
        Map<String, Object> move = object("customer_id", customer, "event", "assign_community", "target", "nn-key-1");
        act("2024-05-12", "chen", null, move);
        act("2024-05-12", "lu", null, move);

        List<JsonObject> log = rows(adjustments.query("{\"params\": {\"log\": {}}}"), "log");
        log.forEach(this::print);
        // Kept apart from the log: without it, entries that are cut off at the end would not show.
        Map<String, Object> known = object("count", log.size(), "head", text(log.get(log.size() - 1), "digest"));
        verify(log, known);
        log.get(3).addProperty("claims", true);
        verify(log, known);
    }

    /** Places the first user of a customer that nobody knows yet, which gets this id and enters the cycle. */
    private void place(Map<String, Object> user, String customer) {
        String placed = registry.query(JSON.toJson(table("users", user)));
        for (JsonObject placement : rows(placed, "placements")) {
            if (placement.get("error").isJsonNull()) {
                out.println(text(placement, "user_id") + " is placed: " + text(placement, "placement"));
            } else {
                refused(text(placement, "user_id"), placement.getAsJsonObject("error"));
            }
        }
        for (JsonObject command : rows(placed, "commands")) {
            command.addProperty("customer_id", customer);
            tell(registry, "changes", command);
            Map<String, Object> created = object("customer_id", customer, "community", text(command, "community"));
            created.put("created_on", text(command, "activated_on"));
            tell(adjustments, "customers", created);
        }
    }

    /** Tells a handle a row; one that does not count is said, with its reason. */
    private void tell(Handle handle, String name, Object row) {
        String told = handle.update(JSON.toJson(table(name, row)));
        rows(told, "rejects").forEach(reject -> refused(name, reject));
    }

    private void confirm(String person, String customer, boolean claims) {
        act("2024-05-10", person, null, object("customer_id", customer, "event", "confirm", "claims", claims));
    }

    /** Lets somebody do something on a day; what speaks against it is said, all of it. */
    private void act(String day, String actor, String approver, Map<String, Object> event) {
        Map<String, Object> acting = table("events", event);
        acting.put("params", object("as_of", day, "actor", actor, "second_approver", approver));
        for (JsonObject result : rows(adjustments.update(JSON.toJson(acting)), "results")) {
            for (JsonElement denial : result.getAsJsonArray("denials")) {
                refused(actor, denial.getAsJsonObject());
            }
        }
    }

    private void refused(String what, JsonObject fault) {
        out.println(what + " is refused: " + text(fault, "code") + "; " + text(fault, "fix"));
    }

    private void print(JsonObject entry) {
        out.println(
                String.join(" ", text(entry, "seq"), text(entry, "as_of"), text(entry, "actor"), text(entry, "event"))
                        + ": " + text(entry, "to_state") + ", " + text(entry, "to_community"));
    }

    /** Whether a log is as it was written; an auditor needs no more than this. */
    private void verify(List<JsonObject> log, Map<String, Object> known) {
        String verified = engine.call("verify_log", JSON.toJson(object("tables", object("log", log), "params", known)));
        out.println("valid: " + text(parse(verified).getAsJsonObject("report"), "valid"));
        for (JsonObject finding : rows(verified, "findings")) {
            out.println(text(finding, "finding") + ": entry " + text(finding, "seq"));
        }
    }

    /** A request with one row of one table. */
    private static Map<String, Object> table(String name, Object row) {
        return object("tables", object(name, Collections.singletonList(row)));
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return object;
    }

    private static List<JsonObject> rows(String response, String name) {
        List<JsonObject> rows = new ArrayList<>();
        parse(response).getAsJsonObject("tables").getAsJsonArray(name).forEach(row -> rows.add(row.getAsJsonObject()));
        return rows;
    }

    private static JsonObject parse(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static String text(JsonObject row, String key) {
        return row.get(key).getAsString();
    }
}
