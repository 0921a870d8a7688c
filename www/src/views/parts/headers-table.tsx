export function HeadersTable({ headers }: { headers: [string, string][] }) {
  if (headers.length === 0) return null;
  return (
    <table class="headers">
      <caption class="visually-hidden">Headers</caption>
      <tbody>
        {headers.map(([name, value], at) => (
          <tr key={at}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
