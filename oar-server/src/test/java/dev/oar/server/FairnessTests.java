package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.testing.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemory.class)
@Timeout(120)
class FairnessTests {
    private static final int CLIENTS = 20;
    private static final int REQUESTS = 10;

    @TempDir
    private Path folder;

    @Test
    void of200RequestsOf20ClientsNoneFailsAndNoneWaitsForMoreThanThreeTimesAsManyOthersAsIsUsual() throws Exception {
        List<Integer> waits = Collections.synchronizedList(new ArrayList<>());
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger served = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(CLIENTS);
        try (LiveServer server = LiveServer.start(folder.resolve("model"))) {
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String name = "client " + client;
                Thread thread = new Thread(() -> {
                    try {
                        all.countDown();
                        all.await();
                        for (int request = 0; request < REQUESTS; request++) {
                            // Counted in requests served meanwhile, so that it does not hang on how fast the machine
                            // is.
                            int before = served.get();
                            LiveServer.Answer answer = server.post(
                                    "/v1/images/generations",
                                    "{\"prompt\": \"cats\", \"order\": \"dynamic\", \"seed\": " + request + "}",
                                    "OAR-Client",
                                    name);
                            waits.add(served.incrementAndGet() - before);
                            if (answer.status() != 200) {
                                failures.add(answer.text());
                            }
                        }
                    } catch (Exception e) {
                        failures.add(e.toString());
                    }
                });
                clients.add(thread);
                thread.start();
            }
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(waits).hasSize(CLIENTS * REQUESTS);
        double mean = waits.stream().mapToInt(Integer::intValue).average().orElseThrow();
        assertThat(Collections.max(waits)).as("waits %s", waits).isLessThanOrEqualTo((int) (3 * mean));
    }
}
