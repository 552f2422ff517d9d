package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.Tuple;
import dev.oar.file.CorruptFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The working memory of a {@link PickleMachine}: a stack with marks in it, and values set aside under numbers. */
final class PickleStack {
    /** Pickles are written with at most a thousand items at a time, tuples apart. */
    private static final int MOST_VALUES = 1 << 20;

    /** One per level of nesting; Python itself gives up at a thousand. */
    private static final int MOST_MARKS = 10_000;

    private final Damage damage;
    private final List<PickleValue> values = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, PickleValue> memo = new HashMap<>();

    PickleStack(Damage damage) {
        this.damage = damage;
    }

    void push(PickleValue value) throws CorruptFileException {
        if (values.size() == MOST_VALUES) {
            throw damage.found("its pickle must stack at most " + MOST_VALUES + " values, but stacks more");
        }
        values.add(value);
    }

    PickleValue pop() throws CorruptFileException {
        PickleValue top = top();
        values.remove(values.size() - 1);
        return top;
    }

    /** The value that {@link #pop} would take away; marks are never passed over. */
    PickleValue top() throws CorruptFileException {
        if (values.size() == floor()) {
            throw damage.found("its pickle takes a value where it has put none");
        }
        return values.get(values.size() - 1);
    }

    Tuple popTuple(int items) throws CorruptFileException {
        PickleValue[] popped = new PickleValue[items];
        for (int i = items - 1; i >= 0; i--) {
            popped[i] = pop();
        }
        return new Tuple(List.of(popped));
    }

    /** Takes away the top value, or the mark if it is on top. */
    void drop() throws CorruptFileException {
        if (!marks.isEmpty() && values.size() == floor()) {
            marks.remove(marks.size() - 1);
        } else {
            pop();
        }
    }

    void mark() throws CorruptFileException {
        if (marks.size() == MOST_MARKS) {
            throw damage.found("its pickle must nest at most " + MOST_MARKS + " levels deep, but nests deeper");
        }
        marks.add(values.size());
    }

    /** Takes away the last mark and all values above it; the list may be kept and changed. */
    List<PickleValue> popMark() throws CorruptFileException {
        if (marks.isEmpty()) {
            throw damage.found("its pickle goes back to a mark where it has set none");
        }
        int mark = marks.remove(marks.size() - 1);
        List<PickleValue> above = values.subList(mark, values.size());
        List<PickleValue> popped = new ArrayList<>(above);
        above.clear();
        return popped;
    }

    void remember(long index, PickleValue value) {
        memo.put(index, value);
    }

    /** Remembers a value under the number of values remembered before. */
    void remember(PickleValue value) {
        remember(memo.size(), value);
    }

    PickleValue recall(long index) throws CorruptFileException {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw damage.found("its pickle refers to value " + index + ", but remembers none under this number");
        }
        return value;
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }
}
