// PostgreSQL's JDBC driver at the warehouse: port, e-mail address, password.

import java.math.BigDecimal;
import java.sql.*;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.*;
import java.util.concurrent.Callable;

public class OverPostgres {
    static String place, user;

    static Connection connect(String password) throws SQLException {
        return DriverManager.getConnection(place, user, password);
    }

    static void is(Object seen, Object wanted) {
        if (!Objects.equals(seen, wanted)) throw new AssertionError("is " + seen + ", not " + wanted);
    }

    /** Fails unless the action does, with a message that has the words in it. */
    static void refuses(String words, Callable<?> action) throws Exception {
        try {
            action.call();
        } catch (SQLException refused) {
            if (!refused.getMessage().contains(words)) throw refused;
            return;
        }
        throw new AssertionError("it was not refused");
    }

    /** A column of the rows, as texts. */
    static List<String> column(ResultSet rows, Object which) throws SQLException {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
            found.add(which instanceof String name ? rows.getString(name) : rows.getString((int) which));
        }
        return found;
    }

    static List<String> ask(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int at = 0; at < parameters.length; at++) statement.setObject(at + 1, parameters[at]);
            return column(statement.executeQuery(), 1);
        }
    }

    static void describes(Connection connection) throws Exception {
        DatabaseMetaData about = connection.getMetaData();
        is(about.getDatabaseProductName(), "PostgreSQL");
        is(column(about.getSchemas(), "TABLE_SCHEM").contains("public"), true);
        is(column(about.getCatalogs(), "TABLE_CAT").contains("rapport"), true);
        is(column(about.getTableTypes(), 1).contains("TABLE"), true);
        List<String> tables = column(about.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"}), "TABLE_NAME");
        is(tables.containsAll(List.of("deal", "deal_history", "calendar")), true);
        is(column(about.getTables(null, null, "deal\\_h%", null), "TABLE_NAME"), List.of("deal_history"));
        Map<String, Integer> types = new HashMap<>();
        try (ResultSet columns = about.getColumns(null, "public", "deal", "%")) {
            while (columns.next()) types.put(columns.getString("COLUMN_NAME"), columns.getInt("DATA_TYPE"));
        }
        is(types.get("name"), Types.VARCHAR);
        is(types.get("amount"), Types.NUMERIC);
        is(types.get("close_date"), Types.DATE);
        is(types.get("created_at"), Types.TIMESTAMP);
        is(types.get("version"), Types.BIGINT);
        is(column(about.getPrimaryKeys(null, "public", "deal"), "COLUMN_NAME"), List.of("id"));
        is(column(about.getImportedKeys(null, "public", "deal"), "FKCOLUMN_NAME").contains("company"), true);
        is(column(about.getImportedKeys(null, "public", "deal"), "PKTABLE_NAME").contains("company"), true);
        is(column(about.getExportedKeys(null, "public", "company"), "FKTABLE_NAME").contains("deal_history"), true);
        is(column(about.getCrossReference(null, "public", "company", null, "public", "deal"), "FKCOLUMN_NAME"), List.of("company"));
        is(column(about.getIndexInfo(null, "public", "deal", false, true), "COLUMN_NAME"), List.of("id"));
        is(column(about.getTypeInfo(), "TYPE_NAME").contains("numeric"), true);
        is(column(about.getProcedures(null, null, "nothing"), 1), List.of());
        is(column(about.getFunctions(null, null, "nothing"), 1), List.of());
    }

    static void asks(Connection connection) throws Exception {
        for (Object five : new Object[] {5, 5L, 5.0, (short) 5, new BigDecimal("5.55555")}) {
            is(ask(connection, "select name from deal where amount > ?", five), List.of("Harbour"));
        }
        is(ask(connection, "select name from deal where amount = ?", new BigDecimal("1200.50")), List.of("Harbour"));
        is(ask(connection, "select name from deal where name = ?", "Harbour"), List.of("Harbour"));
        is(ask(connection, "select name from deal where close_date = ?", LocalDate.of(2026, 5, 1)), List.of("Harbour"));
        is(ask(connection, "select name from deal where close_date = ?", java.sql.Date.valueOf("2026-05-01")), List.of("Harbour"));
        is(ask(connection, "select name from deal where created_at < ?", OffsetDateTime.now().plusDays(1)), List.of("Harbour"));
        is(ask(connection, "select name from deal where created_at < ?", new Timestamp(4102444800000L)), List.of("Harbour"));
        is(ask(connection, "select name from deal where name = any(?)", connection.createArrayOf("text", new Object[] {"Harbour", "x"})), List.of("Harbour"));
        is(ask(connection, "select 'yes' where ?", true), List.of("yes"));
        // After five times the driver keeps a statement prepared on the server, and takes its rows in binary.
        try (PreparedStatement kept = connection.prepareStatement("select name, amount, close_date, created_at, version, deleted from (select *, false as deleted from deal) d where amount > ?")) {
            for (int time = 0; time < 8; time++) {
                kept.setBigDecimal(1, new BigDecimal(time));
                ResultSet row = kept.executeQuery();
                is(row.next(), true);
                is(row.getString(1), "Harbour");
                is(row.getBigDecimal(2).compareTo(new BigDecimal("1200.50")), 0);
                is(row.getObject(3, LocalDate.class), LocalDate.of(2026, 5, 1));
                is(row.getObject(4, OffsetDateTime.class) != null, true);
                is(row.getLong(5), 1L);
                is(row.getBoolean(6), false);
            }
            is(kept.getMetaData().getColumnTypeName(2), "numeric");
            is(kept.getParameterMetaData().getParameterCount(), 1);
        }
        refuses("only read", () -> connection.createStatement().executeUpdate("insert into deal (name) values ('x')"));
    }

    static void fetchesInPieces(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(100);
            ResultSet rows = statement.executeQuery("select value from generate_series(1, 1000) order by 1");
            long sum = 0;
            while (rows.next()) sum += rows.getLong(1);
            is(sum, 500500L);
            // What is left of an answer is left.
            statement.executeQuery("select value from generate_series(1, 1000)").next();
        }
        connection.commit();
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(3);
            is(column(statement.executeQuery("select value from generate_series(1, 1000)"), 1).size(), 3);
        }
    }

    static void stops(Connection connection) throws Exception {
        String endless = "select count(*) from generate_series(1, 1000000000) a, generate_series(1, 1000000000) b";
        try (Statement statement = connection.createStatement()) {
            // When the time is over the driver cancels it, through another connection.
            statement.setQueryTimeout(1);
            refuses("cancel", () -> statement.executeQuery(endless));
        }
        is(ask(connection, "select name from deal"), List.of("Harbour"));
        is(connection.isValid(5), true);
    }

    public static void main(String[] given) throws Exception {
        place = "jdbc:postgresql://127.0.0.1:" + given[0] + "/rapport";
        user = given[1];
        try (Connection connection = connect(given[2])) {
            describes(connection);
            asks(connection);
            fetchesInPieces(connection);
            stops(connection);
            refuses("authentication failed", () -> connect("wrong"));
            System.out.println("lock me out");
            System.in.read();
            refuses("sign in", () -> ask(connection, "select name from deal"));
        }
    }
}
