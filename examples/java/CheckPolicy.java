import lifestage.Engine;
import lifestage.LifestageException;

/** Checks a policy that lays two lines over a shipped one. */
final class CheckPolicy {
    public static void main(String[] args) {
        String request = "{\"policy\": \"extends = 'china-telecom'\\nversion = '2025-07'\"}";
        try (Engine engine = Engine.of("china-telecom")) {
            System.out.println(engine.call("check_policy", request));
        } catch (LifestageException error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }
}
