package dev.oar.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The jobs that wait for a model, client by client in turn: who has just been served is last. A batch is led by the client whose turn it
 * is; what is left of it is filled with images of others that fit, which costs them no turn. Not for several threads.
 */
final class Rotation {
    private final Map<String, Deque<Waiting>> clients = new LinkedHashMap<>();

    void add(Job job, Work work) {
        clients.computeIfAbsent(job.client(), unused -> new ArrayDeque<>()).add(Waiting.of(job, work));
    }

    /** Bytes of the pictures that those hold who wait. */
    long heldBytes() {
        return clients.values().stream()
                .flatMap(Deque::stream)
                .mapToLong(Waiting::heldBytes)
                .sum();
    }

    /** How many jobs wait, those included of which something is drawn already. */
    int size() {
        return clients.values().stream().mapToInt(Deque::size).sum();
    }

    /** Lets go of jobs that have ended or are in batches as a whole. */
    void tidy() {
        clients.values()
                .forEach(jobs -> jobs.removeIf(
                        waiting -> waiting.none() || waiting.job().state().ended()));
        clients.values().removeIf(Deque::isEmpty);
    }

    /** The jobs in the order in which clients take turns. */
    List<Job> inOrder() {
        List<Iterator<Waiting>> turns = new ArrayList<>();
        clients.values().forEach(jobs -> turns.add(jobs.iterator()));
        List<Job> jobs = new ArrayList<>();
        while (!turns.isEmpty()) {
            turns.removeIf(turn -> !turn.hasNext());
            turns.forEach(turn -> jobs.add(turn.next().job()));
        }
        return jobs;
    }

    /** The next batch; nothing if no job waits. */
    Optional<Batch> next() {
        tidy();
        if (clients.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<String, Deque<Waiting>> turn = clients.entrySet().iterator().next();
        String leader = turn.getKey();
        Deque<Waiting> own = turn.getValue();
        Waiting first = own.getFirst();
        Batch batch = first instanceof WaitingAlone alone ? alone.take() : images((WaitingImages) first);
        clients.remove(leader);
        clients.put(leader, own);
        tidy();
        return Optional.of(batch);
    }

    private Batch images(WaitingImages leading) {
        NavigableMap<Integer, Placed> rows = new TreeMap<>();
        leading.placeIn(rows);
        int size = leading.shape().batchSize();
        for (Deque<Waiting> jobs : clients.values()) {
            for (Waiting waiting : jobs) {
                if (rows.size() < size
                        && waiting instanceof WaitingImages images
                        && images != leading
                        && images.shape().equals(leading.shape())) {
                    images.placeIn(rows);
                }
            }
        }
        return new ImageBatch(rows);
    }
}
