package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.Dictionary;
import dev.oar.file.CorruptFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the dictionaries of tensors by name in the value of a pickle: the value itself, or dictionaries under its keys, or under
 * theirs, down to {@value #DEEPEST} levels.
 *
 * <p>The one that is meant is the one with most tensors. Among equals it is the one whose key stands first in the list
 * {@code model, module, state_dict, model_state_dict, ema, ema_model, model_ema}, and else the one found first, level by level.
 * What stands under {@code optimizer} and the like is never it, unless the caller names it. Nobody is told of more than the best
 * {@value #MOST_CANDIDATES}.
 */
final class TorchStateDicts {
    private static final int DEEPEST = 8;
    private static final int LONGEST_KEY = 500;
    private static final int MOST_CANDIDATES = 100;
    private static final List<String> PREFERRED =
            List.of("model", "module", "state_dict", "model_state_dict", "ema", "ema_model", "model_ema");
    private static final Set<String> PASSED_OVER = Set.of(
            "optimizer",
            "optimizers",
            "optimizer_state",
            "optimizer_states",
            "optimizer_state_dict",
            "optim",
            "opt",
            "scheduler",
            "lr_scheduler",
            "lr_schedulers",
            "scaler",
            "grad_scaler",
            "callbacks");

    /**
     * A dictionary with tensors in it.
     *
     * @param parent that which holds it, unless it is the value of the pickle
     * @param key its key there, or nothing
     * @param tensors how many tensors stand in it by name
     */
    record Found(@Nullable Found parent, String key, Dictionary dictionary, int level, int tensors) {
        /** The keys that lead to it, with {@code /} between them; nothing for the value of the pickle. */
        String name() {
            return parent == null || parent.key().isEmpty() ? key : parent.name() + "/" + key;
        }

        private int preference() {
            int index = PREFERRED.indexOf(key);
            return index < 0 ? PREFERRED.size() : index;
        }
    }

    private final List<Found> candidates = new ArrayList<>();
    private final List<Found> queue = new ArrayList<>();
    private final Set<Dictionary> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private TorchStateDicts() {}

    /**
     * All that are found, best first.
     *
     * @param root value of the pickle
     * @throws CorruptFileException if there is none
     */
    static List<Found> find(Damage damage, PickleValue root) throws CorruptFileException {
        TorchStateDicts search = new TorchStateDicts();
        if (root instanceof Dictionary dictionary) {
            search.add(null, "", dictionary);
        }
        for (int next = 0; next < search.queue.size(); next++) {
            search.addEntries(search.queue.get(next));
        }
        if (search.candidates.isEmpty()) {
            throw damage.found(
                    "it must hold a dictionary of tensors by name, but holds " + root.kind() + " without one");
        }
        search.candidates.sort(
                Comparator.comparingInt(Found::tensors).reversed().thenComparingInt(Found::preference));
        return List.copyOf(search.candidates.subList(0, Math.min(MOST_CANDIDATES, search.candidates.size())));
    }

    /**
     * The one that a caller names by its keys with {@code /} between them.
     *
     * @throws CorruptFileException if there is none of this name
     */
    static Found named(Damage damage, PickleValue root, List<Found> candidates, String name)
            throws CorruptFileException {
        for (Found candidate : candidates) {
            if (candidate.name().equals(name)) {
                return candidate;
            }
        }
        if (root instanceof Dictionary dictionary && dictionary.entries().get(name) instanceof Dictionary passedOver) {
            int tensors = tensors(passedOver);
            if (tensors > 0) {
                return new Found(null, name, passedOver, 1, tensors);
            }
        }
        throw new CorruptFileException(damage.path() + " must hold tensors under '" + Damage.line(name)
                + "', but holds them under "
                + Damage.line(candidates.stream()
                        .limit(5)
                        .map(found -> "'" + found.name() + "'")
                        .toList()
                        .toString())
                + "; name one of these or none");
    }

    private void addEntries(Found found) {
        if (found.level() == DEEPEST) {
            return;
        }
        for (Map.Entry<String, PickleValue> entry : found.dictionary().entries().entrySet()) {
            String key = entry.getKey();
            if (entry.getValue() instanceof Dictionary inner
                    && key.length() <= LONGEST_KEY
                    && !PASSED_OVER.contains(key)) {
                add(found, key, inner);
            }
        }
    }

    private void add(@Nullable Found parent, String key, Dictionary dictionary) {
        if (seen.add(dictionary)) {
            int level = parent == null ? 0 : parent.level() + 1;
            Found found = new Found(parent, key, dictionary, level, tensors(dictionary));
            queue.add(found);
            if (found.tensors() > 0) {
                candidates.add(found);
            }
        }
    }

    private static int tensors(Dictionary dictionary) {
        return (int) dictionary.entries().values().stream()
                .filter(TorchTensor.class::isInstance)
                .count();
    }
}
