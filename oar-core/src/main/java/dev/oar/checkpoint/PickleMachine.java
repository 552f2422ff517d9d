package dev.oar.checkpoint;

import dev.oar.checkpoint.PickleValue.Bytes;
import dev.oar.checkpoint.PickleValue.Dictionary;
import dev.oar.checkpoint.PickleValue.Listing;
import dev.oar.checkpoint.PickleValue.None;
import dev.oar.checkpoint.PickleValue.Opaque;
import dev.oar.checkpoint.PickleValue.Real;
import dev.oar.checkpoint.PickleValue.Text;
import dev.oar.checkpoint.PickleValue.Truth;
import dev.oar.checkpoint.PickleValue.Tuple;
import dev.oar.checkpoint.PickleValue.Whole;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;

/**
 * Follows the instructions of a pickle as far as they build plain data.
 *
 * <p>A pickle is a program for a stack machine of Python's (its instructions are listed and explained in the Python module
 * {@code pickletools}): some push constants, some gather what lies above a mark into tuples, lists and dictionaries, some set
 * values aside and bring them back, and some name classes and functions and call them. Here the last kind goes through
 * {@link PickleGlobals}, which knows a few names by heart and refuses all others, so no pickle can make anything happen.
 *
 * <p>Every instruction takes at least one byte, makes at most one new value, and touches no more values than instructions before
 * it have made; their number is bounded. So time and memory are bounded too, however values refer to one another. There is no
 * recursion.
 */
final class PickleMachine {
    /** A checkpoint has some 30 per tensor. */
    private static final int MOST_INSTRUCTIONS = 1 << 22;

    private static final int NEWEST_PROTOCOL = 5;
    private static final int LONGEST_NUMBER = 1024;

    private final Damage damage;
    private final PickleReader reader;
    private final PickleGlobals globals;
    private final PickleStack stack;

    PickleMachine(Damage damage, PickleReader reader, PickleGlobals globals) {
        this.damage = damage;
        this.reader = reader;
        this.globals = globals;
        this.stack = new PickleStack(damage);
    }

    /**
     * The value of the pickle that begins at the reader's position, which afterwards is behind it.
     *
     * @throws CorruptFileException if it is no pickle, or refers to anything but plain data
     */
    PickleValue run() throws IOException {
        for (int done = 0; done < MOST_INSTRUCTIONS; done++) {
            int instruction = reader.octet();
            if (instruction == '.') {
                return stack.pop();
            }
            if (!constant(instruction) && !container(instruction) && !reference(instruction)) {
                throw damage.found(
                        "its pickle has the unknown instruction " + instruction + " before byte " + reader.position());
            }
        }
        throw damage.found("its pickle must have at most " + MOST_INSTRUCTIONS + " instructions, but has more");
    }

    /** Instructions that push a number, a text or another constant. */
    private boolean constant(int instruction) throws IOException {
        switch (instruction) {
            case 'N' -> stack.push(None.NONE);
            case 0x88 -> stack.push(Truth.TRUE);
            case 0x89 -> stack.push(Truth.FALSE);
            case 'J' -> stack.push(new Whole((int) reader.number(4)));
            case 'K' -> stack.push(new Whole(reader.octet()));
            case 'M' -> stack.push(new Whole(reader.number(2)));
            case 'I' -> stack.push(PickleLines.truthOrWhole(damage, reader.line()));
            case 'L' -> stack.push(PickleLines.whole(damage, reader.line()));
            case 'F' -> stack.push(PickleLines.real(damage, reader.line()));
            case 'G' -> stack.push(new Real(Double.longBitsToDouble(Long.reverseBytes(reader.number(8)))));
            case 0x8a -> stack.push(wholeOf(reader.octet()));
            case 0x8b -> stack.push(wholeOf(reader.number(4)));
            case 'S' -> stack.push(PickleLines.quoted(damage, reader.line()));
            case 'V' -> stack.push(PickleLines.escaped(damage, reader.line()));
            case 'T', 'X' -> stack.push(new Text(reader.text(reader.number(4))));
            case 'U', 0x8c -> stack.push(new Text(reader.text(reader.octet())));
            case 0x8d -> stack.push(new Text(reader.text(reader.number(8))));
            case 'B' -> stack.push(new Bytes(reader.bytes(reader.number(4))));
            case 'C' -> stack.push(new Bytes(reader.bytes(reader.octet())));
            case 0x8e, 0x96 -> stack.push(new Bytes(reader.bytes(reader.number(8))));
            case 0x80 -> requireProtocol(reader.octet());
            case 0x95 -> reader.requireLength(reader.number(8));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Instructions that build tuples, lists, dictionaries and sets, and those that only move values. */
    private boolean container(int instruction) throws IOException {
        switch (instruction) {
            case '(' -> stack.mark();
            case '0' -> stack.drop();
            case '1' -> stack.popMark();
            case '2' -> stack.push(stack.top());
            case ')' -> stack.push(Tuple.EMPTY);
            case 't' -> stack.push(new Tuple(stack.popMark()));
            case 0x85 -> stack.push(stack.popTuple(1));
            case 0x86 -> stack.push(stack.popTuple(2));
            case 0x87 -> stack.push(stack.popTuple(3));
            case ']' -> stack.push(new Listing());
            case 'l' -> stack.push(new Listing(stack.popMark()));
            case 'a' -> append(List.of(stack.pop()));
            case 'e' -> append(stack.popMark());
            case '}' -> stack.push(new Dictionary());
            case 'd' -> {
                List<PickleValue> items = stack.popMark();
                stack.push(new Dictionary());
                setItems(items);
            }
            case 's' -> setItems(stack.popTuple(2).items());
            case 'u' -> setItems(stack.popMark());
            case 0x8f -> stack.push(new Opaque("set"));
            case 0x90 -> add(stack.popMark());
            case 0x91 -> {
                stack.popMark();
                stack.push(new Opaque("frozenset"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Instructions that remember and recall values, and those that name, call or change objects. */
    private boolean reference(int instruction) throws IOException {
        switch (instruction) {
            case 'p' -> stack.remember(PickleLines.index(damage, reader.line()), stack.top());
            case 'q' -> stack.remember(reader.octet(), stack.top());
            case 'r' -> stack.remember(reader.number(4), stack.top());
            case 0x94 -> stack.remember(stack.top());
            case 'g' -> stack.push(stack.recall(PickleLines.index(damage, reader.line())));
            case 'h' -> stack.push(stack.recall(reader.octet()));
            case 'j' -> stack.push(stack.recall(reader.number(4)));
            case 'c' -> stack.push(global(reader.line(), reader.line()));
            case 0x93 -> {
                PickleValue name = stack.pop();
                stack.push(global(stack.pop(), name));
            }
            case 'i' -> {
                PickleValue callee = global(reader.line(), reader.line());
                stack.push(globals.call(callee, new Tuple(stack.popMark())));
            }
            case 'o' -> makeObject(stack.popMark());
            case 'R', 0x81 -> call(stack.pop());
            case 0x92 -> {
                PickleValue named = stack.pop();
                call(stack.pop());
                requireNoNames(named);
            }
            case 'b' -> changeState(stack.pop());
            case 'P' -> stack.push(globals.persistent(new Text(reader.line())));
            case 'Q' -> stack.push(globals.persistent(stack.pop()));
            case 0x82, 0x83, 0x84 ->
                throw damage.found("its pickle must name its classes, but refers to one by a number of Python's"
                        + " extension registry");
            default -> {
                return false;
            }
        }
        return true;
    }

    private PickleValue global(PickleValue module, PickleValue name) throws CorruptFileException {
        if (module instanceof Text moduleText && name instanceof Text nameText) {
            return global(moduleText.value(), nameText.value());
        }
        throw damage.found(
                "its pickle must name a global by two texts, but names it by " + module.kind() + " and " + name.kind());
    }

    private PickleValue global(String module, String name) throws CorruptFileException {
        return globals.resolve(module, name);
    }

    private void call(PickleValue arguments) throws CorruptFileException {
        PickleValue callee = stack.pop();
        if (!(arguments instanceof Tuple tuple)) {
            throw damage.found("its pickle must call with a tuple of arguments, but calls with " + arguments.kind());
        }
        stack.push(globals.call(callee, tuple));
    }

    private void makeObject(List<PickleValue> items) throws CorruptFileException {
        if (items.isEmpty()) {
            throw damage.found("its pickle must name the class of an object, but names none");
        }
        stack.push(globals.call(items.get(0), new Tuple(items.subList(1, items.size()))));
    }

    /** Arguments by name could change what a tensor is; those of an object that is skipped do not matter. */
    private void requireNoNames(PickleValue named) throws CorruptFileException {
        boolean none =
                named instanceof Dictionary dictionary && dictionary.entries().isEmpty();
        if (!none && !(stack.top() instanceof Opaque)) {
            throw damage.found("its pickle must call without arguments by name, but makes "
                    + stack.top().kind() + " with some");
        }
    }

    /** An ordered dictionary may have attributes of its own, which are skipped like all of what an opaque object holds. */
    private void changeState(PickleValue state) throws CorruptFileException {
        PickleValue target = stack.top();
        if (!(target instanceof Dictionary || target instanceof Opaque)) {
            throw damage.found("its pickle must set the state of data only, but sets that of " + target.kind() + " to "
                    + state.kind());
        }
    }

    private void append(List<PickleValue> items) throws CorruptFileException {
        PickleValue target = stack.top();
        if (target instanceof Listing list) {
            list.items().addAll(items);
        } else if (!(target instanceof Opaque)) {
            throw damage.found("its pickle must append to lists only, but appends to " + target.kind());
        }
    }

    private void add(List<PickleValue> items) throws CorruptFileException {
        PickleValue target = stack.top();
        if (!(target instanceof Opaque)) {
            throw damage.found(
                    "its pickle must add to sets only, but adds " + items.size() + " items to " + target.kind());
        }
    }

    private void setItems(List<PickleValue> items) throws CorruptFileException {
        if (items.size() % 2 != 0) {
            throw damage.found("its pickle must give keys and values in turn, but gives " + items.size() + " in all");
        }
        PickleValue target = stack.top();
        if (target instanceof Dictionary dictionary) {
            for (int i = 0; i < items.size(); i += 2) {
                dictionary.put(items.get(i), items.get(i + 1));
            }
        } else if (!(target instanceof Opaque)) {
            throw damage.found("its pickle must set entries of dictionaries only, but sets some of " + target.kind());
        }
    }

    /** A little-endian number in two's complement; no bytes are 0. */
    private PickleValue wholeOf(long length) throws IOException {
        if (length > LONGEST_NUMBER) {
            throw damage.found("whole numbers of its pickle must have at most " + LONGEST_NUMBER
                    + " bytes, but one has " + length);
        }
        byte[] little = reader.bytes(length);
        byte[] big = new byte[little.length + 1];
        big[0] = (byte) (little.length > 0 && little[little.length - 1] < 0 ? -1 : 0);
        for (int i = 0; i < little.length; i++) {
            big[big.length - 1 - i] = little[i];
        }
        return PickleLines.whole(new BigInteger(big));
    }

    private void requireProtocol(int protocol) throws CorruptFileException {
        if (protocol > NEWEST_PROTOCOL) {
            throw damage.found("its pickle must be of protocol 0 to " + NEWEST_PROTOCOL + ", but claims " + protocol);
        }
    }
}
