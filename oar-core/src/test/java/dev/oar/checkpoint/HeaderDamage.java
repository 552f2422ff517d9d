package dev.oar.checkpoint;

import dev.oar.checkpoint.FileAnatomy.Part;
import dev.oar.checkpoint.FileAnatomy.Span;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What may happen to the header of a safetensors file: other numbers, types and shapes, entries that are missing, stand twice or
 * have changed places. Its length is put right mostly, so that the reader gets to see the rest of the lie.
 */
final class HeaderDamage {
    private static final Pattern MEMBER = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\":\\{[^{}]*\\},?");
    private static final Pattern FIELD =
            Pattern.compile("\"(?:dtype|shape|data_offsets)\":(?:\"[^\"]*\"|\\[[^\\]]*\\])");
    private static final Pattern SHAPE = Pattern.compile("(?<=\"shape\":\\[)[^\\]]*");
    private static final Pattern TYPE = Pattern.compile("(?<=\"dtype\":\")[^\"]*");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private static final String[] NUMBERS = {
        "-1",
        "-0",
        "00",
        "1e3",
        "1.5",
        "\"1\"",
        "[]",
        "{}",
        "null",
        "true",
        "NaN",
        "0x10",
        "9223372036854775808",
        "9".repeat(400)
    };
    private static final String[] TYPES = {
        "F64",
        "I64",
        "U64",
        "F32",
        "I32",
        "U32",
        "F16",
        "BF16",
        "I16",
        "U16",
        "F8_E4M3",
        "F8_E5M2",
        "I8",
        "U8",
        "BOOL",
        "",
        "f32",
        "C64",
        "F4",
        "\\u0046\\u0033\\u0032"
    };
    private static final String[] INSERTIONS = {
        " ",
        ",",
        ",\"x\":1",
        "\"x\":{},",
        "{",
        "}",
        "[".repeat(3000),
        "{\"a\":".repeat(1200),
        "\\u0000",
        "\\u2028",
        "\\",
        "\"",
        "\u0000",
        "\u00ff",
        "/**/",
        "\u00c3\u00a9"
    };

    private final FileAnatomy file;
    private final String json;
    private final List<Span> members;
    private final List<Span> fields;
    private final List<Span> shapes;
    private final List<Span> types;
    private final List<Span> numbers;

    /** Finds what stands where in the header. */
    HeaderDamage(FileAnatomy file) {
        this.file = file;
        int end = file.spans(Part.HEADER).get(0).end();
        json = new String(file.bytes(), Long.BYTES, end - Long.BYTES, StandardCharsets.ISO_8859_1);
        members = places(MEMBER, json);
        fields = places(FIELD, json);
        shapes = places(SHAPE, json);
        types = places(TYPE, json);
        numbers = places(NUMBER, json);
    }

    /** How many entries were found, of tensors and of metadata. */
    int members() {
        return members.size();
    }

    /** One way of twelve. */
    List<FileEdit> edits(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> written("a number is an edge", put(one(numbers, random), edge(random)), random);
            case 1 -> written("a number is that of another place", moved(numbers, random), random);
            case 2 -> written("a number is off by one", offByOne(random), random);
            case 3 -> written("a field is that of another tensor", moved(fields, random), random);
            case 4 -> written("two fields change places", exchanged(fields, random), random);
            case 5 -> written("an entry is missing", put(one(members, random), ""), random);
            case 6 -> written("an entry stands twice", twice(random), random);
            case 7 -> written("two entries change places", exchanged(members, random), random);
            case 8 ->
                written("a type is another", put(one(types, random), TYPES[random.nextInt(TYPES.length)]), random);
            case 9 -> written("a shape is another", put(one(shapes, random), shape(random)), random);
            case 10 -> written("something is put between", inserted(random), random);
            default -> length("the header's length lies", ByteDamage.number(file, random), random);
        };
    }

    /** Shorter texts are filled up with spaces, as writers do; longer ones move the data. */
    private List<FileEdit> written(String what, String text, SplittableRandom random) {
        String filled = text + " ".repeat(Math.max(0, json.length() - text.length()));
        List<FileEdit> edits = new ArrayList<>();
        edits.add(new FileEdit(what, Long.BYTES, json.length(), filled.getBytes(StandardCharsets.ISO_8859_1)));
        if (filled.length() != json.length() && random.nextInt(4) > 0) {
            edits.addAll(length("the length is put right", filled.length(), random));
        }
        return edits;
    }

    private static List<FileEdit> length(String what, long length, SplittableRandom random) {
        return List.of(new FileEdit(what, 0, Long.BYTES, ByteDamage.number(length, Long.BYTES, random)));
    }

    private String moved(List<Span> places, SplittableRandom random) {
        return put(one(places, random), text(one(places, random)));
    }

    private String exchanged(List<Span> places, SplittableRandom random) {
        Span one = one(places, random);
        Span other = one(places, random);
        Span first = one.begin() < other.begin() ? one : other;
        Span second = one.begin() < other.begin() ? other : one;
        if (first.equals(second)) {
            return json;
        }
        return json.substring(0, first.begin())
                + text(second)
                + json.substring(first.end(), second.begin())
                + text(first)
                + json.substring(second.end());
    }

    private String offByOne(SplittableRandom random) {
        Span place = one(numbers, random);
        BigInteger one = BigInteger.valueOf(random.nextBoolean() ? 1 : -1);
        return put(place, new BigInteger(text(place)).add(one).toString());
    }

    private String twice(SplittableRandom random) {
        String member = text(one(members, random));
        String separated = member.endsWith(",") ? member : member + ",";
        int at = one(members, random).begin();
        return put(new Span(at, at), separated);
    }

    private String inserted(SplittableRandom random) {
        int at = random.nextInt(json.length() + 1);
        int end = Math.min(json.length(), at + random.nextInt(2));
        return put(new Span(at, end), INSERTIONS[random.nextInt(INSERTIONS.length)]);
    }

    private String shape(SplittableRandom random) {
        String sizes = text(one(shapes, random));
        String separator = sizes.isEmpty() ? "" : ",";
        return switch (random.nextInt(5)) {
            case 0 -> "1" + separator + sizes;
            case 1 -> sizes + separator + "0";
            case 2 -> sizes + (separator + "1").repeat(70);
            case 3 -> "0,4611686018427387904" + separator + sizes;
            default -> new StringBuilder(sizes).reverse().toString();
        };
    }

    private String edge(SplittableRandom random) {
        return random.nextBoolean()
                ? Long.toString(ByteDamage.number(file, random))
                : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private String text(Span place) {
        return json.substring(place.begin(), place.end());
    }

    private String put(Span place, String text) {
        return json.substring(0, place.begin()) + text + json.substring(place.end());
    }

    private static Span one(List<Span> places, SplittableRandom random) {
        return places.get(random.nextInt(places.size()));
    }

    private static List<Span> places(Pattern pattern, String text) {
        List<Span> places = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            places.add(new Span(matcher.start(), matcher.end()));
        }
        return places;
    }
}
