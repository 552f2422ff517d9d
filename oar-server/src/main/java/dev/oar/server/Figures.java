package dev.oar.server;

import dev.oar.job.JobListener;
import dev.oar.message.JobState;
import dev.oar.tensor.LibTorch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What is counted for Prometheus. */
final class Figures implements JobListener {
    static final String MEDIA_TYPE = "text/plain";
    private static final String MODEL = "model";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** No figures yet, but those of this process: Java's memory and its threads. */
    Figures() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        Gauge.builder("oar.heap.live", Figures::liveHeap)
                .description("What was in use on Java's heap after the latest collection of each of its parts")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("oar.native.objects", LibTorch::nativeObjects)
                .description("Native objects that are alive; 0 where JavaCPP does not count them")
                .register(registry);
    }

    private static long liveHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }

    @Override
    public void started(String model, double waitedSeconds) {
        Timer.builder("oar.job.wait")
                .description("How long jobs have waited for their first image")
                .tag(MODEL, model)
                .register(registry)
                .record(duration(waitedSeconds));
    }

    @Override
    public void drew(String model, int images, double seconds) {
        Counter.builder("oar.images")
                .description("Images drawn")
                .tag(MODEL, model)
                .register(registry)
                .increment(images);
        Timer.builder("oar.batch")
                .description("How long batches were drawn for")
                .tag(MODEL, model)
                .register(registry)
                .record(duration(seconds));
    }

    @Override
    public void ended(String model, JobState state) {
        Counter.builder("oar.jobs")
                .description("Jobs that have ended")
                .tag(MODEL, model)
                .tag("state", state.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    /** Counts an answer. */
    void answered(String route, int status, double seconds) {
        Timer.builder("oar.http.requests")
                .description("Answers, and how long they took")
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(duration(seconds));
    }

    /** Watches how many jobs wait for a model. */
    void watch(String model, Supplier<Map<String, Integer>> waiting) {
        Gauge.builder(
                        "oar.jobs.waiting",
                        () -> Optional.ofNullable(waiting.get().get(model)).orElse(0))
                .description("Jobs that wait")
                .tag(MODEL, model)
                .register(registry);
    }

    /** All figures in Prometheus' text form. */
    String text() {
        return registry.scrape();
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
