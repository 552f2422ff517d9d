package dev.oar.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** What ranks say while they train, told to the driver by Spark's own connections: the result of a task comes only at its end. */
public final class RankOutput implements SparkPlugin {
    private static volatile @Nullable PluginContext executor;
    private static volatile Consumer<Message> listener = message -> {};

    /** What a rank tells. */
    sealed interface Message extends Serializable permits Line, Ended {}

    /**
     * A line that it has printed.
     *
     * @param rank which
     * @param error whether on the error stream
     * @param text without the line's end
     */
    record Line(int rank, boolean error, String text) implements Message {}

    /**
     * Its process has ended and all its lines have been told.
     *
     * @param rank which
     * @param code its exit code; 128 and the number of the signal if one has ended it
     * @param host where it ran
     */
    record Ended(int rank, int code, String host) implements Message {}

    /** Sets who is told on the driver. */
    static void listen(Consumer<Message> to) {
        listener = to;
    }

    /**
     * Tells the driver, from an executor.
     *
     * @throws IOException if the driver cannot be told any more
     */
    static void tell(Message message) throws IOException {
        PluginContext context = executor;
        if (context == null) {
            throw new IOException(
                    "an executor must have been started with the plugin that tells the driver what ranks say,"
                            + " but this one was not; start the command again");
        }
        context.send(message);
    }

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public @Nullable Object receive(Object message) {
                listener.accept((Message) message);
                return null;
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> extra) {
                executor = context;
            }
        };
    }
}
