package dev.oar.evaluate;

import dev.oar.config.Spelling;
import dev.oar.evaluate.Interval.Missing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/**
 * An interval as an object of JSON:
 *
 * <ul>
 *   <li>{@code point}, {@code low}, {@code high}: numbers; both ends are null where there is no interval
 *   <li>{@code missing}, only where there is no interval: the reason, a name of {@link Missing} in kebab case
 *   <li>{@code subsamples}, {@code seed}: whole numbers
 *   <li>{@code degrees-of-freedom}, only of the interval of a mean: a whole number
 * </ul>
 *
 * <p>Infinite ends as texts, with no reason beside them, are read as well; earlier versions wrote them.
 */
final class IntervalJson {
    private static final String POINT = "point";
    private static final String LOW = "low";
    private static final String HIGH = "high";
    private static final String MISSING = "missing";
    private static final String SUBSAMPLES = "subsamples";
    private static final String SEED = "seed";
    private static final String DEGREES = "degrees-of-freedom";
    private static final Set<String> REQUIRED = Set.of(POINT, LOW, HIGH, SUBSAMPLES, SEED);

    private IntervalJson() {}

    /** Teaches a mapper to write and read intervals. */
    static JacksonModule module() {
        return new SimpleModule("intervals")
                .addSerializer(Interval.class, new Writer())
                .addDeserializer(Interval.class, new Reader());
    }

    private static String word(Missing reason) {
        return Spelling.word(reason);
    }

    private static final class Writer extends ValueSerializer<Interval> {
        @Override
        public void serialize(Interval interval, JsonGenerator json, SerializationContext context) {
            json.writeStartObject();
            json.writeNumberProperty(POINT, interval.point());
            if (interval.bounded()) {
                json.writeNumberProperty(LOW, interval.low());
                json.writeNumberProperty(HIGH, interval.high());
            } else {
                json.writeNullProperty(LOW);
                json.writeNullProperty(HIGH);
            }
            interval.missing().ifPresent(reason -> json.writeStringProperty(MISSING, word(reason)));
            json.writeNumberProperty(SUBSAMPLES, interval.subsamples());
            json.writeNumberProperty(SEED, interval.seed());
            interval.degreesOfFreedom().ifPresent(degrees -> json.writeNumberProperty(DEGREES, degrees));
            json.writeEndObject();
        }
    }

    private static final class Reader extends ValueDeserializer<Interval> {
        @Override
        public Interval deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode object = context.readTree(parser);
            Set<String> names = new TreeSet<>(object.propertyNames());
            boolean told = names.remove(MISSING);
            boolean ofMean = names.remove(DEGREES);
            if (!object.isObject() || !names.equals(REQUIRED)) {
                return refuse(context, "an interval has " + new TreeSet<>(REQUIRED) + ", not " + names);
            }
            double point = number(context, object, POINT);
            int subsamples = (int) number(context, object, SUBSAMPLES);
            long seed = object.get(SEED).asLong();
            List<JsonNode> ends = List.of(object.get(LOW), object.get(HIGH));
            if (ends.stream().allMatch(end -> end.isNull() || infinite(end))) {
                Missing reason = told ? reason(context, object.get(MISSING).asString("")) : Missing.UNTOLD;
                return Interval.without(reason, point, seed);
            }
            return new Interval(
                    point,
                    number(context, object, LOW),
                    number(context, object, HIGH),
                    subsamples,
                    seed,
                    told ? Optional.of(reason(context, object.get(MISSING).asString(""))) : Optional.empty(),
                    ofMean ? OptionalInt.of(degrees(context, object)) : OptionalInt.empty());
        }

        private static boolean infinite(JsonNode end) {
            return end.isString() && List.of("-Infinity", "Infinity").contains(end.asString());
        }

        private static double number(DeserializationContext context, JsonNode object, String name) {
            JsonNode value = object.get(name);
            return value.isNumber() ? value.asDouble() : refuse(context, name + " must be a number, but is " + value);
        }

        private static int degrees(DeserializationContext context, JsonNode object) {
            int degrees = (int) number(context, object, DEGREES);
            return degrees >= 1 ? degrees : refuse(context, DEGREES + " must be at least 1, but is " + degrees);
        }

        private static Missing reason(DeserializationContext context, String word) {
            List<String> words = new ArrayList<>();
            for (Missing reason : Missing.values()) {
                if (word(reason).equals(word)) {
                    return reason;
                }
                words.add(word(reason));
            }
            return refuse(context, MISSING + " must be one of " + words + ", but is " + word);
        }

        private static <T> T refuse(DeserializationContext context, String reason) {
            return context.reportInputMismatch(Interval.class, "%s", reason);
        }
    }
}
