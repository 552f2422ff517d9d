package dev.oar.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oar.config.Spelling;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes records as JSON: keys in kebab case, words of enumerations as in recipes, what is absent left out. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .changeDefaultPropertyInclusion(
                    unused -> JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule().addSerializer(new Words()))
            .build();

    private Json() {}

    /** The JSON of a record, map or list on one line, in UTF-8. */
    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** The JSON of a record, map or list on one line. */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Writes constants of enumerations as recipes do. */
    @SuppressWarnings("rawtypes")
    private static final class Words extends StdSerializer<Enum> {
        Words() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(Spelling.word(value));
        }
    }
}
