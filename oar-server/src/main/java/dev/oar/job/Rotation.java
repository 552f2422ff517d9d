package dev.oar.job;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The jobs that wait for a model, client by client in turn: who has just been served is last. A batch is led by the client whose turn it
 * is; what is left of it is filled with images of others that fit, which costs them no turn. Where several batches can be drawn at the same
 * time, each is led by another client, as far as others wait for images that are alike. Not for several threads.
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
                        waiting -> waiting.left() == 0 || waiting.job().state().ended()));
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

    /**
     * The next batches: as many as can be drawn at the same time, where so many are alike, else one; none if no job waits.
     *
     * @param atOnce how many can be drawn at the same time
     */
    List<Batch> next(int atOnce) {
        tidy();
        if (clients.isEmpty()) {
            return List.of();
        }
        Map.Entry<String, Deque<Waiting>> turn = clients.entrySet().iterator().next();
        Waiting first = turn.getValue().getFirst();
        if (first instanceof WaitingAlone alone) {
            Batch batch = alone.next();
            hadTurn(turn.getKey());
            return List.of(batch);
        }
        Work.Shape shape = ((WaitingImages) first).shape();
        long left = alike(shape).mapToLong(Waiting::left).sum();
        int count = left >= (long) atOnce * shape.batchSize() ? atOnce : 1;
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            alike(shape).findFirst().map(this::images).ifPresent(batches::add);
        }
        return batches;
    }

    /** Who has just been served is last, and what is in batches as a whole waits no more. */
    private void hadTurn(String client) {
        Deque<Waiting> own = clients.remove(client);
        if (own != null) {
            clients.put(client, own);
        }
        tidy();
    }

    /** Images of one shape that wait, in the order of clients' turns. */
    private Stream<WaitingImages> alike(Work.Shape shape) {
        return clients.values().stream()
                .flatMap(Deque::stream)
                .filter(WaitingImages.class::isInstance)
                .map(WaitingImages.class::cast)
                .filter(images -> images.shape().equals(shape));
    }

    private Batch images(WaitingImages leading) {
        NavigableMap<Integer, Placed> rows = new TreeMap<>();
        leading.placeIn(rows);
        int size = leading.shape().batchSize();
        alike(leading.shape())
                .filter(images -> images != leading && rows.size() < size)
                .forEach(images -> images.placeIn(rows));
        hadTurn(leading.job().client());
        return new ImageBatch(rows);
    }
}
