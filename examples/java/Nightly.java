import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.LineNumberReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lifestage.Batch;
import lifestage.ClassifyOptions;
import lifestage.Column;
import lifestage.Columns;
import lifestage.Engine;
import lifestage.Language;
import lifestage.LifestageException;

/**
 * The nightly run over a file of customers: a block of lines at a time becomes columns, columns become decisions, on as many
 * threads as are given. What is wrong is said in Chinese.
 *
 * <pre>java -cp lifestage.jar:jna.jar:gson.jar:. Nightly china-telecom customers.csv decisions.csv 2024-05-31 4</pre>
 *
 * <p>Lines of customers.csv: user id, status, months of tenure, complaints in three months, twelve monthly bills in yuan, the
 * newest last; a field that is empty is not known. Memory does not grow with the file.
 */
final class Nightly {
    private static final int BLOCK = 16_384;
    private static final int MONTHS = 12;

    private final Engine engine;
    private final ClassifyOptions options;

    private Nightly(Engine engine, LocalDate asOf) {
        this.engine = engine;
        options = ClassifyOptions.asOf(asOf).columns("user_id", "stage", "tier", "warnings", "error");
    }

    public static void main(String[] args) throws IOException {
        PrintStream messages = new PrintStream(System.err, true, UTF_8.name());
        Path customers = Paths.get(args[1]);
        boolean failed;
        try (Engine opened = Engine.of(args[0]);
                Engine engine = opened.withThreads(Integer.parseInt(args[4]));
                LineNumberReader in = new LineNumberReader(Files.newBufferedReader(customers, UTF_8));
                BufferedWriter out = Files.newBufferedWriter(Paths.get(args[2]), UTF_8)) {
            List<Integer> unreadable = new Nightly(engine, LocalDate.parse(args[3])).run(in, out);
            unreadable.forEach(line -> messages.println(customers + ":" + line + ": 不是客户记录"));
            failed = !unreadable.isEmpty();
        } catch (LifestageException error) {
            messages.println(error.message(Language.CHINESE));
            failed = true;
        }
        System.exit(failed ? 1 : 0);
    }

    /** Decides about the customers of a file; gives the numbers of the lines that are none of a customer. */
    private List<Integer> run(LineNumberReader in, BufferedWriter out) throws IOException {
        out.write("user_id,stage,tier,warnings,error\n");
        List<Integer> unreadable = new ArrayList<>();
        List<Customer> block = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                block.add(new Customer(line));
            } catch (ArithmeticException | IllegalArgumentException error) {
                unreadable.add(in.getLineNumber());
            }
            if (block.size() == BLOCK) {
                decide(block, out);
                block.clear();
            }
        }
        decide(block, out);
        return unreadable;
    }

    private void decide(List<Customer> block, BufferedWriter out) throws IOException {
        try (Columns view = columns(block);
                Batch decisions = engine.classify(view, options)) {
            write(decisions, out);
        }
    }

    private static Columns columns(List<Customer> block) {
        int rows = block.size();
        String[] ids = new String[rows];
        String[] statuses = new String[rows];
        int[] tenure = new int[rows];
        int[] complaints = new int[rows];
        long[] fees = new long[rows * MONTHS];
        boolean[] hasTenure = new boolean[rows];
        boolean[] hasComplaints = new boolean[rows];
        boolean[] hasFees = new boolean[rows * MONTHS];
        for (int row = 0; row < rows; row++) {
            Customer customer = block.get(row);
            ids[row] = customer.id;
            statuses[row] = customer.status;
            hasTenure[row] = customer.tenure != null;
            tenure[row] = hasTenure[row] ? customer.tenure : 0;
            hasComplaints[row] = customer.complaints != null;
            complaints[row] = hasComplaints[row] ? customer.complaints : 0;
            for (int month = 0; month < MONTHS; month++) {
                Long fen = customer.fen[month];
                hasFees[row * MONTHS + month] = fen != null;
                fees[row * MONTHS + month] = fen != null ? fen : 0;
            }
        }
        return new Columns()
                .utf8("user_id", ids)
                .utf8("status", statuses)
                .int32("tenure_months", tenure)
                .present("tenure_months", hasTenure)
                .int32("complaints_3m", complaints)
                .present("complaints_3m", hasComplaints)
                .series("fee", fees, 2)
                .present("fee", hasFees);
    }

    private static void write(Batch decisions, BufferedWriter out) throws IOException {
        Column id = decisions.column("user_id");
        Column stage = decisions.column("stage");
        Column tier = decisions.column("tier");
        Column warnings = decisions.column("warnings");
        Column error = decisions.column("error.code");
        for (int row = 0; row < decisions.rows(); row++) {
            List<String> fields = Arrays.asList(
                    known(id.text(row)),
                    known(stage.text(row)),
                    known(tier.text(row)),
                    String.join(" ", warnings.texts(row)),
                    known(error.text(row)));
            out.write(String.join(",", fields) + "\n");
        }
    }

    private static String known(String text) {
        return text == null ? "" : text;
    }

    /** A line of the file. */
    private static final class Customer {
        private final String id;
        private final String status;
        private final Integer tenure;
        private final Integer complaints;
        private final Long[] fen = new Long[MONTHS];

        Customer(String line) {
            String[] fields = line.split(",", -1);
            if (fields.length != 4 + MONTHS) {
                throw new IllegalArgumentException(line);
            }
            id = fields[0];
            status = fields[1].isEmpty() ? null : fields[1];
            tenure = fields[2].isEmpty() ? null : Integer.valueOf(fields[2]);
            complaints = fields[3].isEmpty() ? null : Integer.valueOf(fields[3]);
            for (int month = 0; month < MONTHS; month++) {
                String yuan = fields[4 + month];
                // Exact: never through a floating-point number.
                fen[month] = yuan.isEmpty()
                        ? null
                        : Long.valueOf(new BigDecimal(yuan).movePointRight(2).longValueExact());
            }
        }
    }
}
