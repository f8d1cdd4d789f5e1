import {
  AppstoreOutlined as BareAppstoreOutlined,
  ArrowLeftOutlined as BareArrowLeftOutlined,
  ArrowRightOutlined as BareArrowRightOutlined,
  BarChartOutlined as BareBarChartOutlined,
  BellOutlined as BareBellOutlined,
  BgColorsOutlined as BareBgColorsOutlined,
  CalendarOutlined as BareCalendarOutlined,
  CheckSquareOutlined as BareCheckSquareOutlined,
  ColumnHeightOutlined as BareColumnHeightOutlined,
  CopyOutlined as BareCopyOutlined,
  DeleteOutlined as BareDeleteOutlined,
  DownOutlined as BareDownOutlined,
  EditOutlined as BareEditOutlined,
  EllipsisOutlined as BareEllipsisOutlined,
  ExportOutlined as BareExportOutlined,
  FilterOutlined as BareFilterOutlined,
  FormOutlined as BareFormOutlined,
  FundOutlined as BareFundOutlined,
  GroupOutlined as BareGroupOutlined,
  HistoryOutlined as BareHistoryOutlined,
  IdcardOutlined as BareIdcardOutlined,
  ImportOutlined as BareImportOutlined,
  LeftOutlined as BareLeftOutlined,
  LockOutlined as BareLockOutlined,
  PlusOutlined as BarePlusOutlined,
  ProjectOutlined as BareProjectOutlined,
  RedoOutlined as BareRedoOutlined,
  RightOutlined as BareRightOutlined,
  SearchOutlined as BareSearchOutlined,
  SettingOutlined as BareSettingOutlined,
  SortAscendingOutlined as BareSortAscendingOutlined,
  TableOutlined as BareTableOutlined,
  TeamOutlined as BareTeamOutlined,
  UndoOutlined as BareUndoOutlined,
  UnlockOutlined as BareUnlockOutlined,
  UserOutlined as BareUserOutlined,
} from '@ant-design/icons';
import { silent } from './silent';

/** The icons of the first page, and of the menu of its view. */

export const AppstoreOutlined = silent(BareAppstoreOutlined);
export const ArrowLeftOutlined = silent(BareArrowLeftOutlined);
export const ArrowRightOutlined = silent(BareArrowRightOutlined);
export const BarChartOutlined = silent(BareBarChartOutlined);
export const BellOutlined = silent(BareBellOutlined);
export const BgColorsOutlined = silent(BareBgColorsOutlined);
export const CalendarOutlined = silent(BareCalendarOutlined);
export const CheckSquareOutlined = silent(BareCheckSquareOutlined);
export const ColumnHeightOutlined = silent(BareColumnHeightOutlined);
export const CopyOutlined = silent(BareCopyOutlined);
export const DeleteOutlined = silent(BareDeleteOutlined);
export const DownOutlined = silent(BareDownOutlined);
export const EditOutlined = silent(BareEditOutlined);
export const EllipsisOutlined = silent(BareEllipsisOutlined);
export const ExportOutlined = silent(BareExportOutlined);
export const FilterOutlined = silent(BareFilterOutlined);
export const FormOutlined = silent(BareFormOutlined);
export const FundOutlined = silent(BareFundOutlined);
export const GroupOutlined = silent(BareGroupOutlined);
export const HistoryOutlined = silent(BareHistoryOutlined);
export const IdcardOutlined = silent(BareIdcardOutlined);
export const ImportOutlined = silent(BareImportOutlined);
export const LeftOutlined = silent(BareLeftOutlined);
export const LockOutlined = silent(BareLockOutlined);
export const PlusOutlined = silent(BarePlusOutlined);
export const ProjectOutlined = silent(BareProjectOutlined);
export const RedoOutlined = silent(BareRedoOutlined);
export const RightOutlined = silent(BareRightOutlined);
export const SearchOutlined = silent(BareSearchOutlined);
export const SettingOutlined = silent(BareSettingOutlined);
export const SortAscendingOutlined = silent(BareSortAscendingOutlined);
export const TableOutlined = silent(BareTableOutlined);
export const TeamOutlined = silent(BareTeamOutlined);
export const UndoOutlined = silent(BareUndoOutlined);
export const UnlockOutlined = silent(BareUnlockOutlined);
export const UserOutlined = silent(BareUserOutlined);
