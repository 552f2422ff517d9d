package dev.oar.checkpoint;

import dev.oar.checkpoint.FileAnatomy.Part;
import dev.oar.checkpoint.FileAnatomy.Span;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What may happen to the pickles and the zip directory of a PyTorch file: other instructions, operands and fields. */
final class PyTorchDamage {
    private static final byte[] INSTRUCTIONS = latin("().0123BCFGIJKLMNPQRSTUVX]abcdeghijlopqrstu}"
            + "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f"
            + "\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098");

    /** Instructions whose operand is a number: a value, a length or the place of a value set aside. */
    private static final String WITH_NUMBER = "BJKMXhjqr\u008c";

    private static final byte[][] PROGRAMS = {
        latin("cos\nsystem\n"),
        latin("cposix\nsystem\n(S'true'\ntR."),
        latin("\u008c\u0002os\u008c\u0006system\u0093)R"),
        latin("cbuiltins\neval\n"),
        latin("c__builtin__\nset\n]\u0085R"),
        latin("(((((((((((("),
        latin("]2222222222e"),
        latin("}q\u0000h\u0000h\u0000s"),
        latin("I99999999999999999999\n")
    };

    /** The fixed bytes of a zip file's records by the two bytes behind PK. */
    private static final Map<Integer, Integer> RECORDS =
            Map.of(0x0403, 30, 0x0201, 46, 0x0605, 22, 0x0606, 56, 0x0706, 20);

    private final FileAnatomy file;
    private final List<int[]> records = new ArrayList<>();

    /** Finds the records of the directory, if there is one. */
    PyTorchDamage(FileAnatomy file) {
        this.file = file;
        ByteBuffer bytes = ByteBuffer.wrap(file.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Span span : file.spans(Part.DIRECTORY)) {
            for (int at = span.begin(); at + 4 <= span.end(); at++) {
                int length = bytes.get(at) == 'P' && bytes.get(at + 1) == 'K'
                        ? RECORDS.getOrDefault((int) bytes.getShort(at + 2), 0)
                        : 0;
                if (length > 0) {
                    records.add(new int[] {at, length});
                }
            }
        }
    }

    /** The places and lengths of the zip file's records. */
    List<int[]> records() {
        return records;
    }

    /** One way of six. */
    List<FileEdit> edits(SplittableRandom random) {
        int way = random.nextInt(6);
        if (way < 2 && !records.isEmpty()) {
            return field(random);
        }
        int at = file.place(Part.PICKLE, random);
        return switch (way) {
            case 0, 2 -> ByteDamage.over("other instructions are written", file, at, instructions(random));
            case 1, 3 -> ByteDamage.over("a program is written", file, at, PROGRAMS[random.nextInt(PROGRAMS.length)]);
            case 4 -> operand(at, random);
            default -> List.of(new FileEdit("instructions are put between", at, 0, instructions(random)));
        };
    }

    private List<FileEdit> field(SplittableRandom random) {
        int[] record = records.get(random.nextInt(records.size()));
        int field = 4 + 2 * random.nextInt((record[1] - 4) / 2);
        byte[] value = ByteDamage.number(value(random), 2 << random.nextInt(3), random);
        return ByteDamage.over("a field of the zip file is written", file, record[0] + field, value);
    }

    /** Any number, or the place of a record, which a field of another may then name. */
    private long value(SplittableRandom random) {
        return random.nextInt(3) == 0
                ? records.get(random.nextInt(records.size()))[0]
                : ByteDamage.number(file, random);
    }

    private static byte[] instructions(SplittableRandom random) {
        byte[] instructions = new byte[1 + random.nextInt(1 + random.nextInt(12))];
        for (int i = 0; i < instructions.length; i++) {
            instructions[i] = INSTRUCTIONS[random.nextInt(INSTRUCTIONS.length)];
        }
        return instructions;
    }

    private List<FileEdit> operand(int from, SplittableRandom random) {
        int at = from;
        while (at + 1 < file.size() && WITH_NUMBER.indexOf(file.bytes()[at] & 0xff) < 0) {
            at++;
        }
        byte[] value = ByteDamage.number(ByteDamage.number(file, random), 1 << random.nextInt(3), random);
        return ByteDamage.over("an operand is written", file, Math.min(file.size() - 1, at + 1), value);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
