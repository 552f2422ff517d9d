package dev.oar.spark;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.jspecify.annotations.Nullable;

/** Counts how often each piece of a job is begun, and keeps why a task failed. */
final class Attempts extends SparkListener {
    private final List<Integer> pieces;
    private final ConcurrentMap<Integer, Integer> started = new ConcurrentHashMap<>();
    private final Set<Integer> finished = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String failure;

    /** Of a job whose tasks make these pieces, in this order. */
    Attempts(List<Integer> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
        started.merge(pieces.get(task.taskInfo().index()), 1, Integer::sum);
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        if (task.taskInfo().successful()) {
            finished.add(pieces.get(task.taskInfo().index()));
        } else if (task.reason() instanceof ExceptionFailure thrown) {
            failure = thrown.description();
        }
    }

    /** How often each piece was begun. */
    Map<Integer, Integer> started() {
        return started;
    }

    /** The pieces that are made. */
    Set<Integer> finished() {
        return finished;
    }

    /** What the last task that failed said. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }
}
