import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import lifestage.Engine;
import lifestage.LifestageException;

/**
 * A service that answers line by line: an operation's name, a blank and the request as JSON come in, a line of JSON goes out,
 * the response or the error. Where it reads standard input, a service has its queue or its socket.
 *
 * <pre>java -cp lifestage.jar:jna.jar:gson.jar:. Service &lt; requests.txt</pre>
 */
final class Service {
    private final Engine engine;

    private Service(Engine engine) {
        this.engine = engine;
    }

    public static void main(String[] args) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream answers = new PrintStream(System.out, true, UTF_8.name());
        // One engine for the life of the service; any number of threads may share it.
        try (Engine engine = Engine.of(args.length > 0 ? args[0] : "china-telecom")) {
            Service service = new Service(engine);
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                answers.println(service.answer(line));
            }
        }
    }

    /** The answer to a request: what is wrong with it goes back to its sender, and the service goes on. */
    private String answer(String line) {
        String[] parts = line.trim().split(" ", 2);
        try {
            return engine.call(parts[0], parts.length > 1 ? parts[1] : "{}");
        } catch (LifestageException error) {
            return error.json();
        }
    }
}
