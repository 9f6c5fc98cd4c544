package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private static final int THREADS = 8;

    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    private <T> List<T> onEveryThread(Callable<T> task) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : submit(task)) {
            results.add(future.get());
        }
        return results;
    }

    private <T> List<Future<T>> submit(Callable<T> task) {
        List<Future<T>> futures = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            futures.add(pool.submit(task));
        }
        return futures;
    }

    @Test
    void threads_share_an_engine() throws InterruptedException, ExecutionException {
        try (Engine engine = Engine.of("china-telecom")) {
            String expected = engine.call("version", "{}");
            Callable<Integer> calls = () -> {
                int right = 0;
                for (int call = 0; call < 200; call++) {
                    right += engine.call("version", "{}").equals(expected) ? 1 : 0;
                    right += fails(engine, "vers") ? 1 : 0;
                }
                return right;
            };
            for (int right : onEveryThread(calls)) {
                assertEquals(400, right);
            }
        }
    }

    @Test
    void threads_share_an_engine_for_batches() throws Exception {
        ClassifyOptions options = ClassifyOptions.asOf(LocalDate.of(2024, 5, 31));
        try (Engine engine = Engine.of("china-telecom")) {
            Columns view = new Columns().int32("tenure_months", 1, 30).codes("status", new byte[2], "active");
            Callable<String> stages = () -> {
                StringBuilder seen = new StringBuilder();
                for (int call = 0; call < 50; call++) {
                    try (Batch batch = engine.classify(view, options)) {
                        Column stage = batch.column("stage");
                        seen.append(stage.text(0)).append(stage.text(1));
                    }
                }
                return seen.toString();
            };
            String expected = stages.call();
            for (String seen : onEveryThread(stages)) {
                assertEquals(expected, seen);
            }
        }
    }

    private static boolean fails(Engine engine, String operation) {
        try {
            engine.call(operation, "{}");
            return false;
        } catch (LifestageException error) {
            return error.faults().get(0).code().equals("UNKNOWN_OPERATION");
        }
    }

    @Test
    void closing_waits_for_the_calls_under_way_and_refuses_later_ones()
            throws InterruptedException, ExecutionException {
        for (int round = 0; round < 20; round++) {
            Engine engine = Engine.of("china-telecom");
            String expected = engine.call("version", "{}");
            CountDownLatch calling = new CountDownLatch(THREADS);
            List<Future<Void>> threads = submit(() -> callUntilClosed(engine, expected, calling));
            calling.await();
            engine.close();
            for (Future<Void> thread : threads) {
                thread.get();
            }
        }
    }

    /** Ends only when the engine refuses: every answer before is whole. */
    private static Void callUntilClosed(Engine engine, String expected, CountDownLatch calling) {
        try {
            while (true) {
                assertEquals(expected, engine.call("version", "{}"));
                calling.countDown();
            }
        } catch (IllegalStateException closed) {
            assertEquals("the engine is closed", closed.getMessage());
            return null;
        }
    }
}
